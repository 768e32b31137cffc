"""What a page is compared with: its filter, its words, and the table of what changed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from analytics.reports import compared, kpi, kpi_change, page_query, wording
from analytics.reports import report as reports
from analytics.reports.headline import change_query
from analytics.reports.page_query import PageQuery
from analytics.reports.query import Choices
from analytics.views import links, tables
from analytics.views.filters import address
from members.lib.actor import Actor
from members.lib.widgets import ChartCard, Chip, Choice

CHOICES = replace(kpi.REPORT.choices, options=compared.ON_PAGES)
TOGETHER = replace(CHOICES, groups=())  # of a page whose figures are not told apart


def read(
    actor: Actor,
    given: Mapping[str, Sequence[str]],
    choices: Choices,
    default_range: str,
    own: Mapping[str, Sequence[str]] | None = None,
) -> PageQuery:
    """The filters of a page of key figures with what they are held against; last year only where there is one."""
    page = page_query.read(actor, given, choices, default_range, own)
    if page.query.option("cmp") == "yoy" and not compared.has_last_year(page.query):
        options = tuple((name, "prev" if name == "cmp" else value) for name, value in page.query.options)
        warning = _("There is no whole year of data before these days, so last year cannot be compared with.")
        page = replace(page, query=replace(page.query, options=options), warnings=[*page.warnings, warning])
    return page


def of_figures(page: PageQuery) -> PageQuery:
    """The same filters for the key figures themselves."""
    return page.asking(kpi.REPORT.choices)


def chip(page: PageQuery, path: str) -> Chip:
    """The filter: the days before or last year, by weekday or by date, or nothing."""
    names = {
        ("prev", "weekday"): _("the days before, same weekdays"),
        ("prev", "date"): _("the days just before"),
        ("yoy", "weekday"): _("last year, same weekdays"),
        ("yoy", "date"): _("last year, same dates"),
        ("none", "weekday"): _("nothing"),
    }
    offered = [key for key in names if key[0] != "yoy" or compared.has_last_year(page.query)]
    now = (page.query.option("cmp"), page.query.option("align"))
    if now[0] == "none":
        now = ("none", "weekday")

    def choice(key: tuple[str, str]) -> Choice:
        cmp, align = key
        own = {"cmp": "" if cmp == "prev" else cmp, "align": "" if align == "weekday" else align}
        return Choice(cmp + align, names[key], key == now, address(path, page.canonical(**own)))

    return Chip(
        name="cmp",
        label=_("Compared with"),
        value=names[now],
        choices=[choice(key) for key in offered],
        is_changed=now != ("prev", "weekday"),
    )


def in_words(page: PageQuery) -> str:
    """Which days the changes are held against; "" when against none."""
    if page.query.option("cmp") == "none" or page.first is None:
        return ""
    days = compared.earlier(page.query)
    texts = {
        "weekday": _("Compared with %(first)s to %(last)s, the same weekdays"),
        "date": _("Compared with %(first)s to %(last)s"),
    }
    return texts[page.query.option("align")] % {
        "first": wording.day(days.date_from),
        "last": wording.day(days.date_to),
    }


def card(actor: Actor, page: PageQuery) -> ChartCard | None:
    """Every key figure beside its value before; none when nothing is compared."""
    if page.query.option("cmp") == "none":
        return None
    asked = page.asking(kpi_change.REPORT.choices)
    result = reports.frame("kpi-change", actor, change_query(asked.query))
    return ChartCard(
        slug="changes",
        title=_("What changed"),
        answer=in_words(page),
        table=tables.table(result, asked, actor),
        open_table=True,
        csv_url=links.csv(asked, "kpi-change"),
        note=str(kpi_change.REPORT.definition),
    )
