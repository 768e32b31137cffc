"""docs/import.md lists every column name, preset, option and problem code that an import knows."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import load_command_class

from loyalty_site.tests.docs.blocks import both, held
from members import problems
from members.rules.imports import fields, layout, member_presets, presets, rows

TEXT = (settings.BASE_DIR / "docs/import.md").read_text(encoding="utf-8")
RULES = Path(rows.__file__).parent
SERVICES = settings.BASE_DIR / "members/services/imports"


def synonyms() -> str:
    names = {name: fields._SYNONYMS[name] for name in fields.FIELDS}
    lines = [f"| `{name}` | {both(problems.FIELD_NAMES[name])} | {words} |" for name, words in names.items()]
    return "\n".join(["| field | meaning | names |", "|---|---|---|", *lines])


def member_synonyms() -> str:
    names = {name: fields._MEMBER_SYNONYMS[name] for name in fields.MEMBER_FIELDS}
    lines = [f"| `{name}` | {both(problems.FIELD_NAMES[name])} | {words} |" for name, words in names.items()]
    return "\n".join(["| field | meaning | names |", "|---|---|---|", *lines])


def codes() -> str:
    lines = [
        f"| `{code}` | {both(title)} | {plain(problems.HOW_TO_MEND.get(code, ''))} |"
        for code, title in problems.TITLES.items()
    ]
    return "\n".join(["| code | what | how to mend |", "|---|---|---|", *lines])


def refusals() -> str:
    lines = [f"| `{code}` | {plain(text)} |" for code, text in problems.REFUSALS.items()]
    return "\n".join(["| code | what it says |", "|---|---|", *lines])


def plain(text: str) -> str:
    return re.sub(r"%\((\w+)\)s", "…", text).replace("|", "\\|")


BLOCKS = {"synonyms": synonyms, "member_synonyms": member_synonyms, "codes": codes, "refusals": refusals}


@pytest.mark.parametrize("name", BLOCKS)
def test_the_tables_are_those_of_the_code(name: str) -> None:
    held("import.md", name, BLOCKS[name]())


def test_every_code_that_is_raised_has_its_words() -> None:
    sources = [path.read_text(encoding="utf-8") for folder in (RULES, SERVICES) for path in folder.glob("*.py")]
    raised = {code for text in sources for code in re.findall(r'(?:BadValue|Refused)\(\s*"(\w+)"', text)}
    assert raised
    assert not raised - problems.TITLES.keys() - problems.REFUSALS.keys()


@pytest.mark.parametrize("kind", layout.KINDS)
def test_a_layout_names_what_it_must_have(kind: str) -> None:
    row = next(line for line in TEXT.splitlines() if line.startswith(f"| `{kind}` "))
    required = layout.MEMBER_KEYS if kind == "members" else layout.REQUIRED[kind]
    assert not [name for name in required if f"`{name}`" not in row]


@pytest.mark.parametrize("preset", presets.PRESETS.values(), ids=lambda preset: preset.name)
def test_a_preset_says_its_zones(preset: presets.Preset) -> None:
    zone, store_zone = preset.zone or "the merchant's zone", preset.store_zone or "the merchant's zone"
    assert f"| `{preset.name}` | {preset.kind} | {zone} | {store_zone} |" in TEXT


@pytest.mark.parametrize("preset", member_presets.MEMBER_PRESETS.values(), ids=lambda preset: preset.name)
def test_a_preset_of_members_says_how_it_is_recognised(preset: presets.Preset) -> None:
    rows = [line for line in TEXT.splitlines() if line.startswith(f"| `{preset.name}`")]
    assert any(", ".join(map(str, preset.marks)) in row for row in rows)


@pytest.mark.parametrize(("command", "own"), [("import_orders", "kind"), ("import_members", "differing")])
def test_every_option_of_the_command_is_explained(command: str, own: str) -> None:
    parser = load_command_class("members", command).create_parser("manage.py", command)
    ours = {"preset", own, "map", "encoding", "timezone", "store", "store_timezone", "source", "dry_run"}
    options = {action.dest: action.option_strings[0] for action in parser._actions if action.dest in ours}
    assert options.keys() == ours
    assert not [option for option in options.values() if f"| `{option}" not in TEXT]
