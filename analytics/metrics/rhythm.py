"""How long it takes members to buy again, counting those who have not done so yet."""

from dataclasses import dataclass
from typing import Literal

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from analytics.metrics import survival
from analytics.metrics.people import began_in

Count = Literal["day", "order"]

LATER = 5
"""From the gap after the fifth purchase on, gaps are taken together."""

STATES = ("active", "at_risk", "lapsed")


def second_purchase(
    firsts: ir.Table,
    *,
    last_day: int,
    count: Count = "day",
    first_from: int | None = None,
    first_to: int | None = None,
) -> pd.DataFrame:
    """Days from the first to the second purchase (`kaplan_meier`): members without one count as far as they are seen.

    `firsts` as of last_day (a day number), filtered by store or channel of the first purchase as wanted;
    first_from..first_to (day numbers, inclusive) narrow the day of the first purchase. count="day" waits for a second
    day with a purchase, "order" for a second order, which may come on the first day.

    Returns a row per number of days after which somebody bought again: t, at_risk, events (int64), survival (share
    that has not bought again), low, high.
    """
    members = waiting(firsts, last_day=last_day, count=count, first_from=first_from, first_to=first_to)
    return survival.kaplan_meier(_tally(members))


def waiting(
    firsts: ir.Table, *, last_day: int, count: Count, first_from: int | None = None, first_to: int | None = None
) -> ir.Table:
    """member_id, t (days until the second purchase, or seen so far), ended of the members with a first purchase."""
    members = began_in(firsts, first_from, first_to)
    second = members["second_day" if count == "day" else "second_order_day"]
    return members.select("member_id", t=second.fill_null(last_day) - members.first_day, ended=second.notnull())


def repurchase_interval(
    occasions: ir.Table,
    firsts: ir.Table,
    *,
    last_day: int,
    first_from: int | None = None,
    first_to: int | None = None,
) -> pd.DataFrame:
    """Days from the n-th purchase to the next (`kaplan_meier` for each n; a purchase is a day with a purchase).

    `occasions` and `firsts` of the same members, as of last_day (a day number); first_from..first_to (day numbers,
    inclusive) narrow the day of the first purchase.

    Returns a row per n from 1 to 4 and one for all later ones, as far as there are any:
      order_index ("1" … "4", "5+"), n, returned (int64), median, p80, low, high (days), never (fraction).
    `n` counts the members with an n-th purchase ("5+": with a fifth), `returned` those of them with the next one;
    median and p80 are the days by which half and 80 % of the gaps are over, NaN while they are not; low..high is the
    95 % interval of the median, an end NaN where the data do not bound it; `never` is the share that has not come back
    as far as the data reach. "5+" has no interval: one person gives many of its gaps.
    """
    gaps = gaps_of(of_newcomers(occasions, firsts, first_from, first_to), last_day=last_day)
    tally = _tally(gaps.mutate(place=ibis.least(gaps.nth, LATER), later=gaps.nth > LATER), "place", "later")
    places = sorted({int(place) for place in tally["place"]})
    rows = [_interval_row(place, tally[tally["place"] == place]) for place in places]
    return pd.DataFrame(rows, columns=list(_COLUMNS)).astype(_COLUMNS)


_COLUMNS = {
    "order_index": "str", "n": "int64", "returned": "int64",
    "median": "float64", "p80": "float64", "low": "float64", "high": "float64", "never": "float64",
}  # fmt: skip


def of_newcomers(bought: ir.Table, firsts: ir.Table, first_from: int | None, first_to: int | None) -> ir.Table:
    """The rows, of a table about members, of those of `firsts` who first bought within the days (inclusive)."""
    if first_from is None and first_to is None:
        return bought
    return bought.semi_join(began_in(firsts, first_from, first_to), "member_id")


def gaps_of(occasions: ir.Table, *, last_day: int) -> ir.Table:
    """member_id, nth, t (days until the next purchase, or seen so far), ended: a row per purchase."""
    return occasions.select(
        "member_id",
        "nth",
        t=occasions.next_day.fill_null(last_day) - occasions.day,
        ended=occasions.next_day.notnull(),
    )


@dataclass(frozen=True, slots=True)
class Limits:
    """Days since the last purchase up to which a member is active, and beyond which the member has lapsed.

    The days after which half and 80 % of all purchases were followed by another; None: so many never were.
    """

    active: int | None
    at_risk: int | None


def limits(occasions: ir.Table, *, last_day: int) -> Limits:
    """The limits of the members whose `occasions` these are, as of last_day (a day number).

    Every gap counts once, the one that is still open too: who buys often weighs more.
    """
    curve = survival.kaplan_meier(_tally(gaps_of(occasions, last_day=last_day)))
    return Limits(*(_days(survival.quantile(curve, share)) for share in (0.5, 0.8)))


def lapsed(firsts: ir.Table, occasions: ir.Table, *, last_day: int) -> pd.DataFrame:
    """Members by how long ago they last bought, against how long others take to buy again.

    `firsts` and `occasions` of the same members, as of last_day (a day number).

    Returns three rows: state (active, at_risk, lapsed), members (int64), share (fraction, NaN without members),
    days_from, days_to (days since the last purchase, inclusive; NaN: no limit, or a state that nobody can be in yet).
    """
    border = limits(occasions, last_day=last_day)
    counts = [int(in_state(firsts, state, border, last_day).count().to_pyarrow().as_py()) for state in STATES]
    ends = [days_in(state, border) for state in STATES]
    members = np.array(counts, np.int64)
    return pd.DataFrame(
        {
            "state": list(STATES),
            "members": members,
            "share": members / members.sum() if members.sum() else np.full(len(STATES), np.nan),
            "days_from": np.array([first for first, _last in ends], np.float64),
            "days_to": np.array([last for _first, last in ends], np.float64),
        }
    )


def days_in(state: str, border: Limits) -> tuple[int | None, int | None]:
    """The first and the last number of days since the last purchase that make a member be in this state."""
    return {
        "active": (0, border.active),
        "at_risk": (None if border.active is None else border.active + 1, border.at_risk),
        "lapsed": (None if border.at_risk is None else border.at_risk + 1, None),
    }[state]


def in_state(firsts: ir.Table, state: str, border: Limits, last_day: int) -> ir.Table:
    """Those members of `firsts` who are in this state on last_day (a day number)."""
    first, last = days_in(state, border)
    since = last_day - firsts.last_day
    wanted = [firsts.last_day.notnull(), since >= first if first is not None else ibis.literal(value=False)]
    return firsts.filter(wanted + ([since <= last] if last is not None else []))


def _tally(waits: ir.Table, *keys: str) -> pd.DataFrame:
    """t, ended, open (and the keys) as `kaplan_meier` wants them."""
    tally = waits.group_by(*keys, "t").aggregate(ended=waits.count(where=waits.ended), seen=waits.count())
    frame = tally.to_pandas().astype(np.int64)
    return frame.assign(open=frame["seen"] - frame["ended"])


def _interval_row(place: int, waits: pd.DataFrame) -> dict[str, object]:
    curve = survival.kaplan_meier(waits)
    people, later = waits[waits["later"] == 0], place == LATER
    return {
        "order_index": f"{place}+" if later else str(place),
        "n": people["seen"].sum(),
        "returned": people["ended"].sum(),
        "median": survival.quantile(curve, 0.5),
        "p80": survival.quantile(curve, 0.8),
        "low": float("nan") if later else survival.quantile(curve, 0.5, "low"),
        "high": float("nan") if later else survival.quantile(curve, 0.5, "high"),
        "never": survival.still_waiting(curve),
    }


def _days(found: float) -> int | None:
    return None if np.isnan(found) else int(found)
