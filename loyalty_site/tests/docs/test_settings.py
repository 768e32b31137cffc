"""docs/settings.md, .env.example and the code name the same settings."""

import re

from django.conf import settings

ROOT = settings.BASE_DIR
READS = re.compile(r'(?:\benv\.\w+\(|environ\.get\(|Env\(\)\.\w+\()\s*"([A-Z_]+)"')
SOURCES = ("loyalty_site/settings.py", "loyalty_site/run.py", "loyalty_site/management/commands/prepare.py")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def in_code() -> set[str]:
    return {name for source in SOURCES for name in READS.findall(read(source))}


def in_example() -> dict[str, str]:
    """Name -> default, of the first mention."""
    found: dict[str, str] = {}
    for name, value in re.findall(r"^#?([A-Z_]+)=(.*)$", read(".env.example"), re.MULTILINE):
        found.setdefault(name, value)
    return found


def in_document() -> dict[str, str]:
    return dict(re.findall(r"^\| `([A-Z_]+)` \| (.*?) \|", read("docs/settings.md"), re.MULTILINE))


def test_the_example_lists_every_setting_the_code_reads() -> None:
    assert in_example().keys() == in_code()


def test_the_document_explains_every_setting_of_the_example() -> None:
    assert in_document().keys() == in_example().keys()


def test_plain_defaults_are_the_same_in_both() -> None:
    written = {name: value.split("`")[1] for name, value in in_document().items() if "`" in value}
    plain = {name: value for name, value in in_example().items() if re.fullmatch(r"[\w./]+", value)}
    plain.pop("ALLOWED_HOSTS")  # an example, not a default
    assert plain
    assert {name: written[name] for name in plain} == plain
