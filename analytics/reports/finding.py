"""What the comparison of recent with earlier newcomers says, in one sentence: for the Retention page and for Today."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from django.utils.translation import gettext as _

from analytics.metrics.comparison import Split
from analytics.reports import wording
from analytics.reports.report import Result
from analytics.reports.retention_gap import TOTAL
from members.lib import display


@dataclass(frozen=True, slots=True)
class Finding:
    """A claim and its evidence. `channel` is the code of the one channel behind a fall, "" when there is none."""

    tone: str  # "warn", "good" or ""
    claim: str
    text: str
    channel: str = ""


def gap_finding(result: Result, parts: Split, names: Mapping[str, str]) -> Finding:
    """The finding of a `retention-gap` result; `names` gives a channel's name by its code."""
    if result.query.tiers:
        text = _("People are in their tier because they came back: of newcomers, those who stayed away are missing.")
        return Finding("", _("Newcomers cannot be compared by tier."), text)
    if not parts.comparable:
        return Finding("", _("Too early to compare."), _("It takes two complete months of newcomers on either side."))
    rows = result.frame.set_index("channel")
    total = rows.loc[TOTAL]
    if pd.isna(total["change"]):
        return Finding("", _("Too few people to compare."), _("There are fewer than five people in one group."))
    worse = rows[(rows.index != TOTAL) & (rows["verdict"] == "worse")]
    places = _places(total, parts)
    if len(worse):
        return _one_channel(worse.iloc[0], places, names.get(str(worse.index[0]), ""), str(worse.index[0]), total)
    evidence = _(
        "Of those who first bought in %(recent)s, %(after)s came back the next month; before it was %(before)s"
        " (95%% interval of the difference: %(interval)s)."
    )
    tones = {
        "worse": ("warn", _("Recent newcomers come back less.")),
        "better": ("good", _("Recent newcomers come back more.")),
    }
    unclear = ("", _("No clear change between recent and earlier newcomers."))
    tone, claim = tones.get(total["verdict"], unclear)
    return Finding(tone, claim, evidence % places)


def _one_channel(
    row: "pd.Series[Any]", places: dict[str, str], name: str, code: str, total: "pd.Series[Any]"
) -> Finding:
    claim = _("Newcomers from %(channel)s come back less since %(since)s.") % {"channel": name, **places}
    values = {
        **places,
        "channel": name,
        "own_before": display.percent(float(row["before"])),
        "own_after": display.percent(float(row["after"])),
        "own_interval": wording.interval(row["low"], row["high"]),
    }
    text = _(
        "Of those who first bought in %(recent)s through %(channel)s, %(own_after)s came back the next month; before"
        " it was %(own_before)s. This is hardly chance (95%% interval of the difference: %(own_interval)s), and the"
        " other channels did not fall with it."
    )
    share = row["share"]
    part = ""
    if total["verdict"] == "worse" and pd.notna(share) and 0 < share < 1:
        part = _("It makes up %(share)s of the fall over all channels.") % {"share": display.percent(float(share), 0)}
    return Finding("warn", claim, wording.sentences(text % values, part), code)


def _places(total: "pd.Series[Any]", parts: Split) -> dict[str, str]:
    return {
        "recent": wording.months(parts.recent[0], parts.recent[-1]),
        "since": wording.told_month(parts.recent[0]),
        "before": display.percent(float(total["before"])),
        "after": display.percent(float(total["after"])),
        "interval": wording.interval(total["low"], total["high"]),
    }
