"""From a number to the people or orders behind it: the link, and the list the link means."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _

from analytics.facts.door import Facts, NoData, open_facts
from analytics.metrics import people, periods
from analytics.metrics.kpi import KpiGrain
from analytics.metrics.repeat import WINDOWS
from analytics.reports import comparison, drill_rhythm, page_query, wording
from analytics.reports.kpi import span
from analytics.reports.page_query import PageQuery
from analytics.reports.query import Query, cut
from analytics.reports.report import get
from members.lib.actor import Actor
from members.lib.registry import Audience, Params, UnknownAudience
from members.models import Channel


@dataclass(frozen=True, slots=True)
class Drill:
    """How one report's cells open: by group, what they list and how that is called."""

    subjects: Mapping[str, str]  # group -> "members" or "orders"
    ids: Callable[[Facts, Query, str, str], list[int]]
    title: Callable[[Query, str, str], str]
    page: str = ""  # url name of the page that shows the report; "": its own


def link(page: PageQuery, slug: str, cell: str, group: str, *, as_csv: bool = False) -> str:
    """The address of the list behind one number of a report, or of that list as CSV."""
    name = "list" if DRILLS[slug].subjects[group] == "members" else "orders"
    path = reverse(f"members:{name}{'-csv' if as_csv else ''}")
    return page.link(path, by=page.query.grain, **{"from": slug, "cell": cell, "set": group})


def audience(slug: str, actor: Actor, params: Params) -> Audience:
    """The people or orders a link means. UnknownAudience, with a sentence, when it means none."""
    drill = DRILLS[slug]
    cell, group = (_last(params, name) for name in ("cell", "set"))
    if group not in drill.subjects:
        raise UnknownAudience(_("This link names no group of people; open the number again from its page."))
    choices = get(slug).choices
    page = page_query.read(actor, {**params, "by": [_last(params, "by")]}, choices, "all")
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
        title=drill.title(page.query, cell, group),
        back_url=page.link(reverse(drill.page) if drill.page else reverse("analytics:report", args=[slug])),
        back_label=str(get(slug).title),
    )


def _last(params: Params, name: str) -> str:
    values: Sequence[str] = params.get(name, [])
    return list(values)[-1] if values else ""


def _kpi_ids(facts: Facts, query: Query, cell: str, group: str) -> list[int]:
    grain: KpiGrain = query.grain  # type: ignore[assignment]
    first, last = span(facts, query)
    period = 0 if grain == "all" else periods.parse(cell, grain)
    sold = people.sold_in(facts.sales, grain, period, first, last)
    if group in {"orders", "guest_orders"}:
        wanted = sold.member_id.notnull() if group == "orders" else sold.member_id.isnull()
        return people.ids(sold.filter(wanted), "order_id")
    if group == "active":
        return people.ids(sold)
    born = people.born_in(facts.births, grain, period, first, last)
    return people.ids(sold.semi_join(born, "member_id") if group == "new" else sold.anti_join(born, "member_id"))


def _kpi_title(query: Query, cell: str, group: str) -> str:
    return {
        "active": _("%(period)s: members who bought"),
        "new": _("%(period)s: members who bought for the first time"),
        "returning": _("%(period)s: members who had bought before"),
        "orders": _("%(period)s: orders of members"),
        "guest_orders": _("%(period)s: guest orders"),
    }[group] % {"period": wording.span(cell)}


def _retention_ids(facts: Facts, query: Query, cell: str, group: str) -> list[int]:
    grain: periods.Grain = query.grain  # type: ignore[assignment]
    label, _colon, age = cell.partition(":")
    cohort = periods.parse(label, grain)
    members = people.cohort(facts.firsts, grain, cohort)
    if group == "cohort":
        return people.ids(members)
    period = cohort + int(age)
    if not cohort <= period <= periods.period_of(facts.last_day, grain):
        raise ValueError(cell)
    same_store = query.option("return") == "same_store"
    back = people.came_back(members, facts.visits, grain, period, same_store=same_store)
    return people.ids(back if group == "active" else members.anti_join(back, "member_id"))


def _retention_title(query: Query, cell: str, group: str) -> str:
    cohort, _colon, age = cell.partition(":")
    values = {"cohort": cohort, "age": age}
    if group == "cohort" or age == "0":  # in the period of the first purchase everybody is there
        return _("First bought in %(cohort)s") % values
    monthly = {
        "active": _("First bought in %(cohort)s, came back in month %(age)s"),
        "lost": _("First bought in %(cohort)s, did not come back in month %(age)s"),
    }
    weekly = {
        "active": _("First bought in the week of %(cohort)s, came back in week %(age)s"),
        "lost": _("First bought in the week of %(cohort)s, did not come back in week %(age)s"),
    }
    return (weekly if query.grain == "week" else monthly)[group] % values


def _repeat_ids(facts: Facts, query: Query, cell: str, group: str) -> list[int]:
    window = int(cell)
    if window not in WINDOWS:
        raise ValueError(cell)
    members = people.observed(facts.firsts, window, facts.last_day, query.first_day, query.last_day)
    if group == "eligible":
        return people.ids(members)
    again = people.bought_again(members, window)
    return people.ids(again if group == "repeated" else members.anti_join(again, "member_id"))


def _repeat_title(query: Query, cell: str, group: str) -> str:
    return {
        "eligible": _("First purchase at least %(days)s days ago"),
        "repeated": _("Bought again within %(days)s days"),
        "single": _("Did not buy again within %(days)s days"),
    }[group] % {"days": cell}


def _gap_ids(facts: Facts, query: Query, cell: str, group: str) -> list[int]:
    parts = comparison.split_of(facts, query)
    side, _underscore, came = group.partition("_")
    months = list(parts.before if side == "before" else parts.recent)
    members = facts.firsts.filter(facts.firsts.first_month.isin(months))
    if cell:
        members = members.filter(members.channel_id == dict(Channel.objects.values_list("code", "id"))[cell])
    if not came:
        return people.ids(members)
    back = people.came_back_later(members, facts.visits, 1)
    return people.ids(back if came == "active" else members.anti_join(back, "member_id"))


def _gap_title(query: Query, cell: str, group: str) -> str:
    channel = Channel.objects.filter(code=cell).first() if cell else None
    return {
        "before": _("%(channel)s: earlier newcomers"),
        "before_active": _("%(channel)s: earlier newcomers who came back the next month"),
        "before_lost": _("%(channel)s: earlier newcomers who did not come back the next month"),
        "after": _("%(channel)s: recent newcomers"),
        "after_active": _("%(channel)s: recent newcomers who came back the next month"),
        "after_lost": _("%(channel)s: recent newcomers who did not come back the next month"),
    }[group] % {"channel": channel.name if channel else _("All channels")}


_LONGEST = 1_200  # months; no shop keeps books for longer


def _curves_ids(facts: Facts, query: Query, cell: str, group: str) -> list[int]:
    """`cell`: a group of newcomers ("" both) and months later. Only months of first purchase that are over by then."""
    side, _colon, age = cell.rpartition(":")
    parts = comparison.split_of(facts, query)
    chosen = {"before": parts.before, "recent": parts.recent, "": (*parts.before, *parts.recent)}[side]
    later = int(age)
    if not 0 < later <= _LONGEST:
        raise ValueError(cell)
    over = [month for month in chosen if periods.last_day(month + later, "month") <= facts.last_day]
    return people.ids(
        people.came_back_later(facts.firsts.filter(facts.firsts.first_month.isin(over)), facts.visits, later)
    )


def _curves_title(query: Query, cell: str, group: str) -> str:
    return _("Bought again in month %(age)s after the first purchase") % {"age": cell.rpartition(":")[2]}


DRILLS: dict[str, Drill] = {
    "kpi": Drill(
        {"active": "members", "new": "members", "returning": "members", "orders": "orders", "guest_orders": "orders"},
        _kpi_ids, _kpi_title, "today",
    ),
    "retention": Drill(
        {"cohort": "members", "active": "members", "lost": "members"},
        _retention_ids, _retention_title, "analytics:retention",
    ),
    "retention-gap": Drill(
        dict.fromkeys(
            ("before", "before_active", "before_lost", "after", "after_active", "after_lost"), "members"
        ),
        _gap_ids, _gap_title, "analytics:retention",
    ),
    "retention-curves": Drill({"active": "members"}, _curves_ids, _curves_title, "analytics:retention"),
    "repeat-purchase": Drill(
        {"eligible": "members", "repeated": "members", "single": "members"},
        _repeat_ids, _repeat_title, "analytics:retention",
    ),
    "churn-3m": Drill(
        {"active": "members", "churned": "members"},
        drill_rhythm.churn_ids, drill_rhythm.churn_title,
    ),
}  # fmt: skip

SOURCES = {slug: partial(audience, slug) for slug in DRILLS}
