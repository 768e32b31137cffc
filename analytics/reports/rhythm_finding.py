"""What the times between purchases say, in a few sentences."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.metrics import periods, survival
from analytics.reports import wording
from analytics.reports.finding import Finding
from analytics.reports.report import Result
from members.lib import display

HORIZONS = (30, 60, 90, 180)
FEWEST = 30  # second purchases: a curve of fewer is not drawn or judged


@dataclass(frozen=True, slots=True)
class Newcomers:
    """The members who first bought in some days, and how far a `second-purchase` result follows them."""

    result: Result

    @property
    def seen(self) -> int:
        """Days for which the first of them has been watched."""
        first = max(filter(None, [str(self.result.query.date_from or ""), str(self.result.meta["first_day"])]))
        last = periods.parse(str(self.result.meta["last_day"]), "day")
        return max(last - periods.parse(first, "day"), 0)

    @property
    def told(self) -> pd.DataFrame:
        """The rows that this reader may see: all, or those up to the first small one."""
        frame = self.result.frame
        return frame[frame["survival"].notna()]

    @property
    def known_to(self) -> int:
        """The last day for which the share can be told."""
        return (
            self.seen
            if len(self.told) == len(self.result.frame)
            else int(self.told["t"].max() if len(self.told) else 0)
        )

    @property
    def again(self) -> int:
        """How many have bought again, as far as they are told."""
        return int(self.told["events"].sum())

    def by(self, days: int) -> tuple[float, float, float] | None:
        """The share that has bought again within so many days, with its interval; None when it cannot be told."""
        if days > self.known_to:
            return None
        left, low, high = survival.after(self.told, days)
        return 1 - left, 0.0 if np.isnan(high) else 1 - high, 1 - low


def second_finding(now: Newcomers, before: Newcomers | None) -> Finding:
    """How soon half of them buy again, and whether a year earlier it was otherwise."""
    if now.again < FEWEST:
        text = _("It takes %(n)s second purchases; so far there are %(k)s.") % {"n": FEWEST, "k": now.again}
        return Finding("", _("Too early to say."), text)
    tone, compared = ("", "") if before is None else _compared(now, before)
    half = survival.quantile(now.told, 0.5)
    if np.isnan(half):
        days = max((days for days in HORIZONS if now.by(days)), default=now.known_to)
        claim = _("Fewer than half of the newcomers have bought again so far.")
        return Finding(tone, claim, compared or _share_by(now, days))
    claim = ngettext(
        "Half of the newcomers buy again within %(n)s day.",
        "Half of the newcomers buy again within %(n)s days.",
        int(half),
    ) % {"n": display.number(half)}
    return Finding(tone, claim, wording.sentences(_interval_of(now.told), compared))


def _share_by(now: Newcomers, days: int) -> str:
    share, low, high = now.by(days) or (0.0, 0.0, 0.0)
    return _("Within %(days)s days it is %(share)s (95%% interval: %(low)s to %(high)s).") % {
        "days": days, "share": display.percent(share), "low": display.percent(low), "high": display.percent(high),
    }  # fmt: skip


def _interval_of(curve: pd.DataFrame) -> str:
    low, high = (survival.quantile(curve, 0.5, bound) for bound in ("low", "high"))
    ends = {"low": display.number(low), "high": "" if np.isnan(high) else display.number(high)}
    if np.isnan(high):
        return _("The 95%% interval begins at %(low)s days and has no upper end yet.") % ends
    return _("The 95%% interval is %(low)s to %(high)s days; who has not come back yet is counted in.") % ends


def _compared(now: Newcomers, before: Newcomers) -> tuple[str, str]:
    """Tone and sentence about the share within the longest horizon that both groups have; nothing without one."""
    both = [(days, now.by(days), before.by(days)) for days in HORIZONS]
    days, own, theirs = next((found for found in reversed(both) if found[1] and found[2]), (0, None, None))
    if own is None or theirs is None or before.again < FEWEST:
        return "", ""
    gap = own[0] - theirs[0]
    low = gap - float(np.hypot(own[0] - own[1], theirs[2] - theirs[0]))
    high = gap + float(np.hypot(own[2] - own[0], theirs[0] - theirs[1]))
    words = {
        "days": days,
        "now": display.percent(own[0]),
        "before": display.percent(theirs[0]),
        "interval": wording.interval(low, high),
    }
    if low > 0 or high < 0:
        sentence = _(
            "Within %(days)s days %(now)s buy again; of those who first bought a year earlier it was %(before)s."
            " This is hardly chance (95%% interval of the difference: %(interval)s)."
        )
        return "good" if low > 0 else "warn", sentence % words
    sentence = _(
        "Within %(days)s days %(now)s buy again; of those who first bought a year earlier it was %(before)s: no clear"
        " change (95%% interval of the difference: %(interval)s)."
    )
    return "", sentence % words


def rhythm_finding(states: Result) -> Finding:
    """Within how many days they usually come back, and how many have been away longer."""
    rows: dict[str, dict[str, Any]] = states.frame.set_index("state").to_dict("index")  # type: ignore[assignment]
    usual, late = rows["active"]["days_to"], rows["at_risk"]["days_to"]
    if pd.isna(usual):
        text = _("Half of the gaps between purchases must be over before a usual one can be named.")
        return Finding("", _("Too early to say."), text)
    claim = ngettext(
        "Half of all purchases are followed by the next within %(n)s day.",
        "Half of all purchases are followed by the next within %(n)s days.",
        int(usual),
    ) % {"n": display.number(usual)}
    if pd.isna(late):
        return Finding("", claim, _("The other half takes longer; four fifths have not come back yet."))
    lapsed = rows["lapsed"]
    text = _("Four fifths are within %(days)s days.") % {"days": display.number(late)}
    if pd.isna(lapsed["members"]):
        return Finding("", claim, text)
    away = ngettext(
        "%(people)s member (%(share)s) has been away longer.",
        "%(people)s members (%(share)s) have been away longer.",
        int(lapsed["members"]),
    ) % {"people": display.number(lapsed["members"]), "share": display.percent(float(lapsed["share"]))}
    return Finding("", claim, wording.sentences(text, away))
