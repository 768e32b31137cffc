"""A title above the header of a text file is passed over when the header is clear, and refused otherwise."""

from pathlib import Path

import pytest

from members.rules.imports import files, records
from members.rules.imports.problems import Refused


def read(tmp_path: Path, content: str) -> list[tuple[int, list[str]]]:
    path = tmp_path / "f.csv"
    path.write_text(content, encoding="utf-8")
    return list(records.read(path, files.recognise(path)))


@pytest.mark.parametrize(
    "title",
    ["2025年1月销售报表\n", "2025年1月销售报表,,\n", "\ufeff销售报表\n\n2025年1月\n", '"销售报表\n2025年1月",,\n'],
)
@pytest.mark.parametrize("sign", [",", "\t"])
def test_a_title_is_passed_over(tmp_path: Path, title: str, sign: str) -> None:
    content = (title + "订单号,下单时间,金额\nA1,2025-01-05,5\n").replace(",", sign)
    assert read(tmp_path, content) == [(0, ["订单号", "下单时间", "金额"]), (1, ["A1", "2025-01-05", "5"])]


@pytest.mark.parametrize("title", ["2025年1月销售报表\n", "2025年1月销售报表,,\n"])
def test_a_title_above_unknown_names_is_to_be_deleted(tmp_path: Path, title: str) -> None:
    with pytest.raises(Refused, match="title_line"):
        read(tmp_path, title + "Beleg,Datum,Summe\nA1,2025-01-05,5\nA2,2025-01-05,6\n")


def test_a_file_of_one_column_has_no_title(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="one_column"):
        read(tmp_path, "Beleg\nA1\nA2\n")
