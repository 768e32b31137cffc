from collections.abc import Mapping

import pandas as pd
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics.facts.door import Facts
from analytics.metrics import people
from analytics.metrics.programme import coupon_use
from analytics.reports.columns import WILSON, Column, Kind
from analytics.reports.points_flow import last_day
from analytics.reports.query import Choices, Query
from analytics.reports.report import Drill, Report, blank, register
from members.lib.roles import SMALLEST_CELL
from rewards.queries import offers


def _words() -> Mapping[str, str]:
    return {str(pk): name for pk, name in offers.names().items()}


def _span(facts: Facts, query: Query) -> tuple[int, int]:
    last = last_day(facts)
    return query.first_day or 0, last if query.last_day is None else query.last_day


def _compute(facts: Facts, query: Query) -> pd.DataFrame:
    first, last = _span(facts, query)
    frame = coupon_use(facts.coupons, facts.sales, first_day=first, last_day=last, today=last_day(facts))
    return frame.assign(offer=frame["offer_id"].astype(str))


def _withhold(answer: pd.DataFrame) -> pd.DataFrame:
    few = answer["members"].between(1, SMALLEST_CELL - 1)
    return blank(answer, few, ["used", "members", "expired", "open", "rate", "low", "high", "discount", "sales"])


def _ids(facts: Facts, query: Query, cell: str, group: str) -> list[int]:
    first, last = _span(facts, query)
    given = facts.coupons
    used = given.filter(given.offer_id == int(cell), given.day.between(first, last), given.state == 1)
    return people.ids(used.filter(used.member_id.notnull()))


def _title(query: Query, cell: str, group: str) -> str:
    return gettext("Members who used “%(offer)s”") % {"offer": _words().get(cell, cell)}


REPORT = register(
    Report(
        slug="coupon-use",
        title=_("What became of coupons"),
        question=_("Which coupons are used, and what do they bring?"),
        definition=_(
            "Coupons issued in the days asked for, by offer, as they stand now. The rate leaves out those that are"
            " still open or were withdrawn. Sales are those of the orders that took one, before refunds."
        ),
        formula=_("Use rate = used ÷ (used + expired)."),
        example=_("Of 100 coupons 30 were used, 50 expired and 20 are open: 30 of 80, 37.5 %."),
        limits=_("Whoever uses a coupon might have bought without it: sales with a coupon are not sales by it."),
        shown=_("The points page; for whoever plans offers."),
        columns=(
            Column("offer", _("Offer"), Kind.LABEL, _("What the coupon gives"), words=_words),
            Column("issued", _("Issued"), Kind.COUNT, _("In the days asked for")),
            Column("used", _("Used"), Kind.COUNT, _("By now")),
            Column("members", _("People"), Kind.COUNT, _("Members who used one"), opens="members"),
            Column("expired", _("Expired"), Kind.COUNT, _("Ended unused")),
            Column("open", _("Open"), Kind.COUNT, _("Can still be used")),
            Column("withdrawn", _("Withdrawn"), Kind.COUNT, _("Taken back by staff")),
            Column("rate", _("Use rate"), Kind.RATE, _("Used of those whose time is over")),
            *WILSON,
            Column("discount", _("Discount"), Kind.MONEY, _("What they took off")),
            Column("sales", _("Sales with it"), Kind.MONEY, _("Revenue of the orders that took one")),
        ),
        choices=Choices(),
        compute=_compute,
        withhold=_withhold,
        drill=Drill(("offer",), {"members": "members"}, _ids, _title),
    )
)
