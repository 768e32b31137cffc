"""From a number to the people or orders behind it: the link, and the list the link means."""

from collections.abc import Callable, Sequence
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _

from analytics.facts.door import NoData, open_facts
from analytics.reports import page_query
from analytics.reports.page_query import PageQuery
from analytics.reports.report import Drill, every, get
from analytics.reports.scoped import cut
from members.lib.actor import Actor
from members.lib.registry import Audience, Params, UnknownAudience


def link(page: PageQuery, slug: str, cell: str, group: str, *, as_csv: bool = False) -> str:
    """The address of the list behind one number of a report, or of that list as CSV."""
    name = "list" if _drill(slug).subjects[group] == "members" else "orders"
    path = reverse(f"members:{name}{'-csv' if as_csv else ''}")
    grain = {"by": page.query.grain} if page.query.grain else {}
    return page.link(path, **grain, **{"from": slug, "cell": cell, "set": group})


def audience(slug: str, actor: Actor, params: Params) -> Audience:
    """The people or orders a link means. UnknownAudience, with a sentence, when it means none."""
    drill = _drill(slug)
    cell, group = (_last(params, name) for name in ("cell", "set"))
    if group not in drill.subjects:
        raise UnknownAudience(_("This link names no group of people; open the number again from its page."))
    choices = get(slug).choices
    page = page_query.read(actor, params, choices, "all")
    try:
        with open_facts(actor, cut(page.query, actor)) as facts:
            found = drill.ids(facts, page.query, cell, group)
    except (ValueError, LookupError) as error:
        raise UnknownAudience(
            _("“%(cell)s” is not a cell of this report; open the number again from its page.") % {"cell": cell}
        ) from error
    except NoData:
        found = []
    return Audience(
        subject=drill.subjects[group],
        ids=found,
        title=" · ".join([drill.title(page.query, cell, group), *_among(page)]),
        back_url=_back(page, slug, drill),
        back_label=str(get(slug).title),
        reads=page_query.filters(choices),
    )


def _among(page: PageQuery) -> list[str]:
    """The tiers that the people are in, and their segment: what a reader cannot see of the list."""
    tiers = [tier.name for tier in page.tiers if tier.code in page.query.tiers]
    if not page.query.segment:
        return tiers
    return [*tiers, *(segment.name for segment in page.segments if str(segment.pk) == page.query.segment)]


def _back(page: PageQuery, slug: str, drill: Drill) -> str:
    tab = {"tab": drill.tab} if drill.tab else {}
    return page.link(reverse(drill.page) if drill.page else reverse("analytics:report", args=[slug]), **tab)


def _last(params: Params, name: str) -> str:
    values: Sequence[str] = params.get(name, [])
    return list(values)[-1] if values else ""


def sources() -> dict[str, Callable[[Actor, Params], Audience]]:
    """For every report whose counts open: what finds the people or orders of a link."""
    return {report.slug: partial(audience, report.slug) for report in every() if report.drill}


def _drill(slug: str) -> Drill:
    drill = get(slug).drill
    if drill is None:
        raise LookupError(slug)
    return drill
