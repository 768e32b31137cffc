"""What tiers, channels or segments think: the card of a survey's results that tells groups of people apart."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from analytics.reports import told, wording
from analytics.views.answer import Answer, Record
from analytics.views.survey_card_parts import FEW, Ask, known, plain_card, rounded
from members.lib.widgets import ChartCard

BY = ("tier", "channel", "segment")
"""What the page can tell apart, beside months and stores; the first unless the address says another."""
IN_THE_FILE = ("top", "bottom", "bottom_share", "mean", "net")
"""Columns of `satisfaction` for which half of a page has no room."""
_MORE = ("low", "high", "change", "change_low", "change_high")  # in the file


def nps_card(ask: Ask, by: str) -> ChartCard:
    """The recommendation of each group."""
    answer = ask("nps", by=by)
    return plain_card(answer, "groups", _title(), _said(answer, by), empty=_nobody(by), without=_MORE)


def satisfied_card(ask: Ask, by: str) -> ChartCard:
    """How satisfied each group is."""
    return plain_card(ask("satisfaction", by=by), "groups", _title(), "", empty=_nobody(by), without=IN_THE_FILE)


def _title() -> str:
    return _("Who thinks what?")


def _nobody(by: str) -> str:
    if by == "segment":
        return _("Nobody of a segment has answered. Save a segment from the list of members to find it here.")
    return ""


def _said(answer: Answer, by: str) -> str:
    """The groups that lie furthest apart, when that is more than chance explains."""
    judged = [row for row in answer.records() if row["part"] != told.UNKNOWN and known(row, "n") and row["n"] >= FEW]
    if len(judged) < 2:
        return _("Fewer than 30 answers are not judged")
    several = _("One person may be in several segments.") if by == "segment" else ""
    return wording.sentences(_apart(judged), several)


def _apart(judged: Sequence[Record]) -> str:
    words = told.words()
    lowest, highest = (choose(judged, key=lambda row: row["nps"]) for choose in (min, max))
    if lowest["high"] >= highest["low"]:
        return _("No group differs from another by more than chance explains.")
    return _("“%(low)s” (%(less)s) recommends us less than “%(high)s” (%(more)s), more than chance explains.") % {
        "low": words.get(str(lowest["part"]), ""), "less": rounded(lowest["nps"]),
        "high": words.get(str(highest["part"]), ""), "more": rounded(highest["nps"]),
    }  # fmt: skip
