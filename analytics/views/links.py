"""The links that cards of many pages have: a report's file, its definition, and a count that opens its people."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.reports import drill
from analytics.reports.page_query import PageQuery
from members.lib import display
from members.lib.registry import Link


def csv(page: PageQuery, slug: str, **more: str) -> str:
    """The address of a report's file under the filters of a page."""
    return page.link(reverse("analytics:report-csv", args=[slug]), **more)


def definition(slug: str) -> Link:
    """Where it says how a report counts."""
    return Link(_("How numbers are counted"), f"{reverse('analytics:metric-help')}#{slug}")


def people(count: int) -> str:
    return ngettext("%(n)s person", "%(n)s people", count) % {"n": display.number(count)}


def people_link(page: PageQuery, slug: str, cell: str, group: str, count: int, *, opens: bool) -> Link:
    """So many people; a link to their list where it `opens` for this reader and there are any."""
    return Link(people(count), drill.link(page, slug, cell, group) if opens and count else "")
