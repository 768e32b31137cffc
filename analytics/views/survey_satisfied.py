"""The results of a survey that asks how satisfied people are, and not whether they would recommend us."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from analytics.reports import funnel, wording
from analytics.views import survey_groups
from analytics.views.answer import Answer, Record
from analytics.views.survey_card_parts import Ask, finding, known, mix_said, plain_card, sent
from members.lib import display
from members.lib.widgets import Callout, ChartCard
from surveys.queries import labels


def cards(ask: Ask, satisfied: Answer, mix: Answer, rates: Answer, by: str) -> dict[str, Any]:
    """Everything of the page that is reckoned; the named answers are asked for already, groups of people are told
    apart `by`."""
    staff, more = ask("staff-comparison"), survey_groups.IN_THE_FILE
    return {
        "callout": _satisfied_callout(satisfied.records(), mix),
        "sent": sent(rates),
        "plain": [
            plain_card(satisfied, "satisfied", _("Are they satisfied?"), "", without=(*more, "part")),
            plain_card(ask("satisfaction", by="month"), "months", _("Does it change?"), "", without=more),
            plain_card(ask("satisfaction", by="store"), "places", _("Store by store"), "", without=more),
            *_staff_cards(staff),
        ],
        "groups": survey_groups.satisfied_card(ask, by),
        "mix": plain_card(mix, "mix", _("Who answered and who did not?"), mix_said(mix), without=("nps", "half")),
        "rates": plain_card(ask("response-rate"), "rates", _("Who answers?"), ""),
        "themes": plain_card(ask("themes"), "themes", _("What do they write about?"), ""),
        "csv_url": satisfied.csv_url(),
    }


def _satisfied_callout(rows: Sequence[Record], mix: Answer) -> Callout:
    """The finding: how many are satisfied, or found it easy, with the interval."""
    said = {"csat": _("%(share)s are satisfied (%(low)s to %(high)s), of %(n)s answers."),
            "ces": _("%(share)s found it easy (%(low)s to %(high)s), of %(n)s answers.")}  # fmt: skip
    claims = [
        said[str(row["measure"])] % {
            "share": display.percent(float(row["share"]), 0), "low": display.percent(float(row["low"]), 0),
            "high": display.percent(float(row["high"]), 0), "n": display.number(int(row["n"])),
        }
        for row in rows
        if row["measure"] in said and known(row, "share")
    ]  # fmt: skip
    if not claims:
        return Callout(claim=_("There are too few answers to tell."), text="")
    fewest = min(int(row["n"]) for row in rows if known(row, "share"))
    return finding(wording.sentences(*claims), fewest, mix)


def _staff_cards(staff: Answer) -> list[ChartCard]:
    if not staff.records():
        return []
    return [plain_card(staff, "staff", _("Who worked the cases?"), _staff_said(staff), without=funnel.LIMITS)]


def _staff_said(staff: Answer) -> str:
    names = labels.staff()
    worse = [names.get(str(row["staff"]), "") for row in staff.records() if row["verdict"] == "far_below"]
    if not worse:
        return _("Fewer than 30 answers are not judged")
    return _("%(staff)s: clearly below the others") % {"staff": _(", ").join(worse)}
