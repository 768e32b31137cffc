"""A change between recent and earlier newcomers, for Today."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from analytics.facts.door import NoData
from analytics.metrics import periods
from analytics.panels import asked
from analytics.reports import comparison, drill, retention_gap
from analytics.reports import report as reports
from analytics.reports.finding import gap_finding
from members.lib import display
from members.lib.actor import Actor
from members.lib.registry import Insight, Link, Params
from members.lib.roles import Right

RANGE = "12m"  # of months of first purchase, as on the Retention page


def gap_insight(actor: Actor, params: Params) -> Sequence[Insight]:
    """What the Retention page says of recent newcomers for the same filters, when its interval excludes zero.

    The one channel behind a fall, when chance and season do not explain it; else the change over all of them.
    """
    if not actor.may(Right.SEE_REPORTS):
        return ()
    page = asked.read(actor, params, retention_gap.REPORT.choices, RANGE)
    try:
        result = reports.frame("retention-gap", actor, page.query)
    except NoData:
        return ()
    first, last = (periods.parse(str(result.meta[name]), "day") for name in ("first_day", "last_day"))
    names = {channel.code: channel.name for channel in page.channels}
    finding = gap_finding(result, comparison.split(page.query, first_day=first, last_day=last), names)
    if not finding.tone:
        return ()
    row: dict[str, Any] = result.frame.set_index("channel").to_dict("index")[finding.channel]  # type: ignore[assignment]
    lost = int(row["after_members"] - row["after_active"])
    links = [Link(_("See retention"), page.link(reverse("analytics:retention")))]
    if actor.may(Right.SEE_MEMBERS):
        label = _("See the %(n)s who did not come back") % {"n": display.number(lost)}
        links.append(Link(label, drill.link(page, "retention-gap", finding.channel, "after_lost")))
    key = f"gap:{finding.channel}:{finding.tone}:{page.place}"
    return (Insight(finding.claim, finding.text, links, rank=float(lost), key=key, size=float(lost)),)
