"""The components as readers meet them: each is rendered from the values its head comment names."""

import re
from decimal import Decimal

import pytest
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.translation import override

from members.lib.actor import NOBODY
from members.lib.registry import Insight, Link, Todo
from members.lib.widgets import (
    Action,
    Callout,
    Cell,
    Change,
    ChartCard,
    Chip,
    Choice,
    Column,
    Dates,
    FilterBar,
    Kpi,
    Row,
    Selection,
    Table,
    Target,
)
from members.models import Identifier, Job


def shown(source: str, **context: object) -> str:
    with override("en"):
        return Template("{% load desk i18n %}" + source).render(Context(context))


def component(name: str, request: HttpRequest | None = None, **context: object) -> str:
    with override("en"):
        return render_to_string(f"components/{name}.html", context, request)


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize(
    ("change", "css", "text"),
    [
        (Change(Decimal("0.064")), "chg-good", "▲ up 6.4%"),
        (Change(Decimal("-0.009"), "points"), "chg-bad", "▼ down 0.9 points"),
        (Change(Decimal("-0.05"), good="down"), "chg-good", "▼ down 5.0%"),
        (Change(Decimal("0.018"), "points", good=""), "chg-none", "▲ up 1.8 points"),
        (Change(Decimal("0.5"), clear=False), "chg-flat", "● No clear change"),
        (Change(Decimal(0)), "chg-flat", "● No clear change"),
        (Change(Decimal("0.0004"), "points"), "chg-flat", "0.0 points"),
        (Change(None), "chg-flat", "Nothing to compare with yet"),
    ],
)
def test_a_change_says_its_direction_in_words_and_whether_it_is_welcome(change, css, text):
    html = shown("{% change c %}", c=change)
    assert css in html
    assert words(html) == text


def test_no_change_draws_nothing():
    assert shown("{% change c %}", c=None) == ""


def test_a_column_of_points_leaves_the_unit_to_its_heading():
    assert words(shown("{% change c True %}", c=Change(Decimal("-0.092"), "points"))) == "▼ down 9.2"


def test_a_sparkline_spans_its_box_and_needs_two_points():
    assert 'points="2.0,26.0 118.0,4.0"' in shown("{% sparkline v %}", v=[1, 2])
    assert shown("{% sparkline v %}", v=[1]) == ""
    assert shown("{% sparkline v %}", v=[3, 3])


def test_contacts_are_masked_for_everybody():
    assert shown("{{ i|contact }}", i=Identifier(kind="phone", value="+8613812341234")) == "138****1234"


def test_figures_in_templates():
    source = "{{ n|number }} {{ m|money:'USD' }} {{ m|money_exact:'USD' }} {{ s|percent }} {{ m|money_short:'CNY' }}"
    html = shown(source, n=1940, m=Decimal("12.5"), s=0.318)
    assert html == "1,940 $13 $12.50 31.8% ¥13"


def test_what_a_customer_wrote_cannot_become_markup():
    evil = "<script>x</script>"
    parts = [
        shown("{% pill t %}", t=evil),
        component("todo", todo=Todo(evil, evil, Link(evil, "/"), "bad", "warn", 1)),
        component("data_table", table=Table([Column(evil)], [Row([Cell(evil)])])),
        component("kpi_card", kpi=Kpi(evil, evil, note=evil)),
        component("chart_card", card=ChartCard("c", evil, figure={"data": [{"text": evil}]})),
        component("filter_bar", bar=FilterBar("/", [Chip("a", evil, [Choice(evil, evil, url="/")])], warnings=[evil])),
    ]
    assert not [part for part in parts if "<script>x" in part]


def test_a_kpi_card_with_a_target_shows_how_far_it_is():
    kpi = Kpi(
        "Rate", "31.8%", "/r/", change=Change(Decimal("0.01")), target=Target(31.8, 33, "1.2 short"), spark=[1, 2]
    )
    html = component("kpi_card", kpi=kpi)
    assert html.startswith("\n") is False
    assert '<a href="/r/"' in html
    assert 'width="90.6"' in html  # 31.8 / 33 of a bar whose longer mark stands at 94
    assert 'x="94.0"' in html


def test_a_kpi_card_without_address_is_no_link():
    assert "<a" not in component("kpi_card", kpi=Kpi("Rate", "—"))


def test_the_table_behind_a_chart_carries_links_and_exact_figures():
    table = Table(
        [Column("Month"), Column("Rate", numeric=True), Column("Verdict", on_phone=False)],
        [
            Row(
                [Cell("2026-07"), Cell("23.5%", "/members/?from=x", value="0.23491"), Cell("worse", tone="bad")],
                marked=True,
            )
        ],
        label="Rates",
    )
    html = component("data_table", table=table)
    assert '<th scope="row"' in html
    assert 'data-value="0.23491"' in html
    assert '<a class="drill" href="/members/?from=x">23.5%</a>' in html
    assert '<tr class="hl">' in html
    assert "hide-s" in html


def test_a_row_shorter_than_its_heading_is_an_error():
    with pytest.raises(ValueError, match="zip"):
        component("data_table", table=Table([Column("A"), Column("B")], [Row([Cell("1")])]))


def test_a_chart_card_has_its_picture_and_its_table():
    card = ChartCard(
        "c", "Why?", "So.", figure={"data": []}, table=Table([Column("A")], []), csv_url="/c.csv", note="n"
    )
    html = component("chart_card", card=card)
    assert 'data-chart="c-d"' in html
    assert '<script id="c-d" type="application/json">' in html
    assert '<details class="behind">' in html
    assert 'href="/c.csv"' in html


def test_a_chart_without_enough_data_says_so_instead():
    html = component("chart_card", card=ChartCard("c", "Why?", empty="Two more months are needed."))
    assert "data-chart" not in html
    assert "Two more months are needed." in html


def test_the_filter_bar_works_as_links_and_plain_forms():
    chips = [
        Chip(
            "channel", "All", [Choice("", "All", True, "/r/"), Choice("app", "App", url="/r/?channel=app")], "Channel"
        ),
        Chip(
            "store",
            "Two",
            [Choice("1", "First", True), Choice("2", "Second")],
            multiple=True,
            keep=[("channel", "app")],
        ),
        Chip("range", "Own", dates=Dates("start", "end", "2026-01-01", "2026-02-01")),
    ]
    html = component("filter_bar", bar=FilterBar("/r/", chips, clear_url="/r/", copy_url="/r/?x", warnings=["Unknown"]))
    assert 'href="/r/?channel=app"' in html
    assert '<input type="hidden" name="channel" value="app">' in html
    assert html.count('type="checkbox"') == 2
    assert html.count(" checked") == 1
    assert 'name="start" value="2026-01-01"' in html
    assert "Clear filters" in html
    assert "Unknown" in html


def test_selection_callout_insight_and_steps():
    selection = Selection(
        "Cell", "done", "23.5%", lines=[("Back", Link("463", "/m/"))], actions=[Action("List", "/m/")]
    )
    assert 'href="/m/"' in component("selection_panel", selection=selection)
    assert "is-warn" in component("callout", callout=Callout("Claim.", "Why.", "warn", [Link("See", "/")]))
    assert "Claim." in component("insight", insight=Insight("Claim.", "n = 3", [Link("See", "/")]), number=1)
    steps = shown("{% stepper 2 'A' 'B' 'C' %}")
    assert steps.count('aria-current="step"') == 1
    assert words(steps) == "Done A 2 B 3 C"


def test_running_work_renews_itself_and_finished_work_does_not():
    job = Job(pk=3, kind="import", state="running", progress=3, total=9)
    html = component("progress_row", title="Import", job=job, poll_url="/j/", page_url="/p/", cancel_url="/c/")
    assert 'hx-get="/j/"' in html
    assert '<progress aria-labelledby="job-3-h" value="3" max="9">' in html
    assert 'href="/p/"' in html
    job.state, job.finished_at = "done", job.created_at
    html = component("progress_row", title="Import", job=job, poll_url="/j/", page_url="/p/", cancel_url="/c/")
    assert "hx-get" not in html
    assert "<form" not in html


@pytest.mark.django_db
def test_pages_keep_the_other_parameters():
    request = RequestFactory().get("/m/?q=li&page=2")
    request.actor = NOBODY
    html = component("pagination", page_obj=Paginator(range(120), 50).page(2), request=request)
    assert words(html) == "51–100 of 120 Previous Next"
    assert 'href="?q=li"' in html
    assert 'href="?q=li&amp;page=3"' in html
