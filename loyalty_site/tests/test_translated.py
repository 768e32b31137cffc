"""Every sentence a reader can meet has a Chinese text, found in the source without GNU gettext."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(settings.BASE_DIR)
PO = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
APPS = ("members", "rewards", "surveys", "analytics", "loyalty_site")
SINGLE = {"gettext", "gettext_lazy", "gettext_noop", "_"}
PLURAL = {"ngettext", "ngettext_lazy"}
CONTEXT = {"pgettext", "pgettext_lazy"}
PLACEHOLDER = re.compile(r"%\((\w+)\)[#0\- +]*\d*(?:\.\d+)?([diouxXeEfFgGcrs])")

Message = tuple[str, str]  # context ("" none), msgid


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(PO))


def messages_of(code: str) -> Iterator[Message]:
    """The messages of Python source: literal first arguments of the gettext functions."""
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name not in SINGLE | PLURAL | CONTEXT:
            continue
        literals = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        if name in CONTEXT and len(literals) > 1:
            yield literals[0], literals[1]
        elif name not in CONTEXT and literals and isinstance(node.args[0], ast.Constant):
            yield "", literals[0]


def messages_of_template(text: str) -> Iterator[Message]:
    """The same of a template, which Django first turns into something like Python."""
    for line in templatize(text).splitlines():
        for start in re.finditer(r"(?<![\w.])(?:n|p)?gettext\(|(?<![\w.])_\(", line):
            yield from messages_of(call_at(line, start.start()))


def call_at(line: str, start: int) -> str:
    """The shortest piece from `start` that is a whole expression."""
    for end in (found.end() for found in re.finditer(r"\)", line)):
        if end > start:
            piece = re.sub(r"\bu(?=['\"])", "", line[start:end])
            try:
                ast.parse(piece, mode="eval")
            except SyntaxError:
                continue
            return piece
    return ""


def python_files() -> list[Path]:
    files = [path for app in APPS for path in (ROOT / app).rglob("*.py")]
    return [path for path in files if "tests" not in path.parts and "migrations" not in path.parts]


def test_the_readers_of_source_find_every_way_of_saying_it() -> None:
    python = 'a = _("one %(x)s"); b = ngettext("two", "twos", n); c = pgettext("verb", "three"); d = gettext(value)'
    assert set(messages_of(python)) == {("", "one %(x)s"), ("", "two"), ("verb", "three")}
    template = (
        '{% load i18n %}{% translate "four" %} (x) {% blocktranslate count n=n %}five{% plural %}fives{{ n }}'
        "{% endblocktranslate %}{% blocktranslate with a=b %}six {{ a }} (so){% endblocktranslate %}{{ _('seven') }}"
    )
    assert {text for _context, text in messages_of_template(template)} == {"four", "five", "six %(a)s (so)", "seven"}


def test_every_message_has_a_chinese_text(catalogue: polib.POFile) -> None:
    known = {(entry.msgctxt or "", entry.msgid) for entry in catalogue if entry.translated() and not entry.obsolete}
    wanted = {
        (path.relative_to(ROOT).as_posix(), message)
        for path in python_files()
        for message in messages_of(path.read_text(encoding="utf-8"))
    } | {
        (path.relative_to(ROOT).as_posix(), message)
        for path in (ROOT / "templates").rglob("*.html")
        for message in messages_of_template(path.read_text(encoding="utf-8"))
    }
    assert len(wanted) > 300
    assert sorted((place, text) for place, (context, text) in wanted if text and (context, text) not in known) == []


def test_nothing_is_fuzzy_or_half_done(catalogue: polib.POFile) -> None:
    assert [entry.msgid for entry in catalogue.fuzzy_entries()] == []
    assert [entry.msgid for entry in catalogue.untranslated_entries()] == []
    plural = [entry for entry in catalogue if entry.msgid_plural]
    assert [entry.msgid for entry in plural if set(entry.msgstr_plural) != {0}] == []  # Chinese has one form


def test_the_compiled_catalogue_is_the_one_of_the_source(catalogue: polib.POFile) -> None:
    assert PO.with_suffix(".mo").read_bytes() == catalogue.to_binary()


def test_placeholders_survive_translation(catalogue: polib.POFile) -> None:
    """A Chinese text uses the placeholders of the English one, of a plural those of the many."""
    assert [entry.msgid for entry in catalogue if not keeps_placeholders(entry)] == []


def keeps_placeholders(entry: polib.POEntry) -> bool:
    if not entry.msgid_plural:
        return placeholders(entry.msgstr) == placeholders(entry.msgid)
    return all(placeholders(text) == placeholders(entry.msgid_plural) for text in entry.msgstr_plural.values())


def placeholders(text: str) -> set[tuple[str, ...]]:
    return set(PLACEHOLDER.findall(text))
