"""docs/metrics.md describes every report with exactly its title, question, columns, grains and options."""

import re

import pytest
from django.conf import settings

from analytics.reports.columns import Column, Kind
from analytics.reports.report import Report, every
from loyalty_site.tests.docs.blocks import both, english, held

TEXT = (settings.BASE_DIR / "docs/metrics.md").read_text(encoding="utf-8")
UNITS = {
    Kind.LABEL: "text",
    Kind.COUNT: "number",
    Kind.MONEY: "money",
    Kind.MEAN_MONEY: "money, 8 decimals",
    Kind.MEAN: "8 decimals",
    Kind.RATE: "fraction",
    Kind.CHANGE: "fraction of the value before",
    Kind.POINTS: "difference of fractions",
    Kind.FLAG: "true / false",
}


def row(column: Column) -> str:
    return f"| `{column.key}` | {UNITS[column.kind]} | {both(column.heading)} | {english(column.meaning)} |"


def described(report: Report) -> str:
    head = [f"**{both(report.title)}**", "", both(report.question), ""]
    return "\n".join([*head, "| key | unit | heading | meaning |", "|---|---|---|---|", *map(row, report.columns)])


@pytest.mark.parametrize("report", every(), ids=lambda report: report.slug)
def test_title_question_and_columns_are_those_of_the_report(report: Report) -> None:
    held("metrics.md", f"report {report.slug}", described(report))


@pytest.mark.parametrize("report", every(), ids=lambda report: report.slug)
def test_formula_source_grains_options_and_an_example_are_given(report: Report) -> None:
    found = re.search(rf"^## {report.slug}\n.*?(?=^## |\Z)", TEXT, re.DOTALL | re.MULTILINE)
    said = found.group() if found else ""
    options = [f"`{name}={value}`" for name, values in report.choices.option_values().items() for value in values]
    words = ["Source:", "rains", "ptions", "Example:", *(f"`{grain}`" for grain in report.choices.grains), *options]
    assert not [word for word in words if word not in said]


def test_no_report_is_described_that_does_not_exist() -> None:
    described_ones = set(re.findall(r"^<!-- report (\S+) -->", TEXT, re.MULTILINE))
    assert described_ones == {report.slug for report in every()}
