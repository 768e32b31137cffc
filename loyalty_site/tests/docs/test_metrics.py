"""docs/metrics.md describes every report with exactly its columns, grains and options."""

import re

import pytest
from django.conf import settings
from django.utils import translation

from analytics.reports.columns import Column, Kind
from analytics.reports.report import Report, every

TEXT = (settings.BASE_DIR / "docs/metrics.md").read_text(encoding="utf-8")
UNITS = {
    Kind.LABEL: "text",
    Kind.COUNT: "number",
    Kind.MONEY: "money",
    Kind.MEAN_MONEY: "money, 8 decimals",
    Kind.MEAN: "8 decimals",
    Kind.RATE: "fraction",
    Kind.FLAG: "true / false",
}


def row(column: Column) -> str:
    with translation.override("zh-hans"):
        chinese = str(column.heading)
    with translation.override("en"):
        return f"| `{column.key}` | {UNITS[column.kind]} | {column.heading} · {chinese} | {column.meaning} |"


def table(report: Report) -> str:
    return "\n".join(["| key | unit | heading | meaning |", "|---|---|---|---|", *map(row, report.columns)])


def section(report: Report) -> str:
    found = re.search(rf"^## {report.slug} · .*?(?=^## |\Z)", TEXT, re.DOTALL | re.MULTILINE)
    return found.group() if found else ""


@pytest.mark.parametrize("report", every(), ids=lambda report: report.slug)
def test_every_report_has_a_section(report: Report) -> None:
    assert section(report), f"docs/metrics.md says nothing about {report.slug}"


@pytest.mark.parametrize("report", every(), ids=lambda report: report.slug)
def test_the_columns_are_those_of_the_report(report: Report) -> None:
    block = f"<!-- columns {report.slug} -->\n{table(report)}\n<!-- end -->"
    assert block in TEXT, f"put this into docs/metrics.md:\n{block}"


@pytest.mark.parametrize("report", every(), ids=lambda report: report.slug)
def test_grains_and_options_are_named(report: Report) -> None:
    said = section(report)
    options = [f"{name}={value}" for name, values in report.choices.option_values().items() for value in values]
    missing = [word for word in [*report.choices.grains, *options] if f"`{word}`" not in said]
    assert not missing


@pytest.mark.parametrize("report", every(), ids=lambda report: report.slug)
def test_title_and_question_are_those_of_the_page(report: Report) -> None:
    with translation.override("en"):
        english = str(report.question)
    with translation.override("zh-hans"):
        assert f"## {report.slug} · {report.title}\n\n{english} · {report.question}\n" in section(report)


def test_no_report_is_described_that_does_not_exist() -> None:
    described = set(re.findall(r"^<!-- columns (\S+) -->", TEXT, re.MULTILINE))
    assert described == {report.slug for report in every()}
