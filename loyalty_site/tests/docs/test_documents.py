"""The documents at the top and in docs/: links resolve, commands exist, nothing private is said."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

ROOT = settings.BASE_DIR
TOP = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md")
DOCUMENTS = sorted([*(ROOT / name for name in TOP), *(ROOT / "docs").rglob("*.md")])
CODE_FOLDERS = ("members", "analytics", "rewards", "surveys", "loyalty_site", "templates", "static", "benchmarks")
EXAMPLES = {"weekday", "test_weekday"}  # what CONTRIBUTING adds
NAMES = [str(path.relative_to(ROOT)) for path in DOCUMENTS]


@pytest.fixture(params=DOCUMENTS, ids=NAMES)
def document(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def test_links_lead_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\(([^)\s#]+)[^)]*\)", document.read_text(encoding="utf-8"))
    local = [target for target in targets if not target.startswith(("http:", "https:"))]
    assert not [target for target in local if not (document.parent / target).exists()]


def test_make_targets_exist(document: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    said = set(re.findall(r"(?:`|^|\s)make ([a-z]+)(?=[`\s])", code(document), re.MULTILINE))
    assert not said - targets


def test_manage_commands_exist(document: Path) -> None:
    said = set(re.findall(r"manage\.py ([a-z_]+)", document.read_text(encoding="utf-8")))
    assert not said - get_commands().keys()


def test_paths_into_the_code_exist(document: Path) -> None:
    folders = "|".join(CODE_FOLDERS)
    said = re.findall(rf"`((?:{folders})/[\w./-]*)`", document.read_text(encoding="utf-8"))
    assert not [path for path in said if not (ROOT / path).exists() and Path(path).stem not in EXAMPLES]


def test_tests_that_are_named_exist(document: Path) -> None:
    said = re.findall(r"`([\w/]+\.py)::(test_\w+)`", document.read_text(encoding="utf-8"))
    missing = [f"{path}::{name}" for path, name in said if f"def {name}(" not in (ROOT / path).read_text("utf-8")]
    assert not missing


def test_nothing_of_the_workshop_is_told(document: Path) -> None:
    told = document.read_text(encoding="utf-8")
    assert not re.search(r"/(?:work|tmp|home|root)/|\bhelpers?\b|mock-?up|\bprompt\b", told)


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 120


@pytest.mark.parametrize("name", [*TOP, "LICENSE"])
def test_the_usual_documents_are_there(name: str) -> None:
    assert (ROOT / name).stat().st_size > 500


def test_every_decision_has_its_parts_and_is_listed() -> None:
    listed = (ROOT / "docs/adr/README.md").read_text(encoding="utf-8")
    records = sorted((ROOT / "docs/adr").glob("0*.md"))
    assert records
    for record in records:
        text = record.read_text(encoding="utf-8")
        assert f"({record.name})" in listed
        assert re.findall(r"^## (.*)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences", "Alternatives"]


def code(document: Path) -> str:
    """What stands in backticks or in code blocks."""
    text = document.read_text(encoding="utf-8")
    return "\n".join(re.findall(r"```[a-z]*\n(.*?)```", text, re.DOTALL) + re.findall(r"`[^`\n]+`", text))
