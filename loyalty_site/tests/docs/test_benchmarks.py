"""docs/benchmarks.md is written by the benchmarks themselves, a section each."""

from importlib import import_module
from pathlib import Path

import pytest

from benchmarks import document, measure
from benchmarks.__main__ import SECTIONS


@pytest.mark.parametrize("module", sorted({module for module, _on_postgres in SECTIONS.values()}))
def test_every_section_has_a_module_that_measures_it(module: str) -> None:
    assert callable(import_module(module).run)


def test_a_new_measurement_replaces_its_section_and_keeps_the_others(tmp_path: Path) -> None:
    path = tmp_path / "benchmarks.md"
    for name, text in (("b", "old"), ("a", "first"), ("b", "new")):
        document.put(path, name, text, ["a", "b", "c"])
    said = path.read_text(encoding="utf-8")
    assert said.startswith(document.HEAD)
    assert said.index("first") < said.index("new")
    assert "old" not in said


def test_a_ratio_is_the_median_of_the_pairs_with_their_range() -> None:
    assert measure.ratio([1.0, 4.0, 9.0], [2.0, 2.0, 3.0]) == "2.00 (0.50–3.00)"
