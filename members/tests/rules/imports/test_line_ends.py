"""Carriage returns: line ends only where nothing else is."""

from pathlib import Path

import pytest

from members.rules.imports import files, records


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        (b"a,b\r1,2\r3,4\r", [["a", "b"], ["1", "2"], ["3", "4"]]),
        (b"a,b\r\n1,2\n3,4\r\n", [["a", "b"], ["1", "2"], ["3", "4"]]),
        (b"a,b\n\r=1,2\n", [["a", "b"], ["\r=1", "2"]]),
        (b'a,b\r\n"1\r2",\r3\r\n', [["a", "b"], ["1\r2", "\r3"]]),
    ],
)
def test_where_lines_end(tmp_path: Path, content: bytes, rows: list[list[str]]) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    assert [cells for _, cells in records.read(path, files.Shape("utf-8", ",", len(content)))] == rows
