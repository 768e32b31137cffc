"""What a change in the shop did: a figure before it and after, where it was made, and meanwhile where it was not."""

from dataclasses import dataclass
from typing import Literal

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from analytics.metrics.intervals import Z95, counted, mover, rate, wilson
from analytics.metrics.satisfaction import CSAT, NPS

Metric = Literal["nps", "csat", "driver", "theme", "complaints", "repeat"]
HERE, THERE, DIFFERENCE = 0, 1, 2
BEFORE, AFTER = 0, 1
WEEK, YEAR = 7, 364  # a year of whole weeks: the same weekdays
AGAIN = 60  # days within which somebody buys again
LEAST = 30  # observations on either side below which nothing is judged
SHARES = frozenset({"csat", "theme", "repeat"})
LESS_IS_BETTER = frozenset({"theme", "complaints"})
Cell = tuple[float, float, float]  # value, low, high


@dataclass(frozen=True, slots=True)
class Trial:
    """What was changed, where and since when, and which figure is to show it.

    `store_ids` empty: everywhere; then the same weeks of a year before stand for elsewhere. `driver`: code of a
    question, and of a matrix's line or "". `cause_ids` and `product_id` narrow complaints, `survey_id` answers.
    """

    action_id: int
    metric: Metric
    began: int  # day number
    weeks: int
    store_ids: tuple[int, ...] = ()
    driver: tuple[str, str] = ("", "")
    theme_id: int | None = None
    cause_ids: tuple[int, ...] = ()
    product_id: int | None = None
    survey_id: int | None = None


@dataclass(frozen=True, slots=True)
class Sources:
    """The tables of these names as `facts.door.Facts` gives them, and the first and last day of the data."""

    answers: ir.Table
    texts: ir.Table
    themes: ir.Table
    cases: ir.Table
    sales: ir.Table
    occasions: ir.Table
    first_day: int
    last_day: int


def days_to_look_at(trial: Trial, first_day: int, last_day: int) -> int:
    """Days on either side: whole weeks, so that weekdays match; no more than are over after, and are known before."""
    end = last_day - (AGAIN if trial.metric == "repeat" else 0)
    known = min(WEEK * trial.weeks, end + 1 - trial.began, trial.began - first_day)
    return max(known, 0) // WEEK * WEEK


def before_after(sources: Sources, trial: Trial) -> pd.DataFrame:
    """The figure on both sides of the change. No row before a week is over; HERE; and when there is something to
    compare with, THERE and DIFFERENCE.

    Columns: place, days; of HERE and THERE n_before, n_after (observations; of complaints orders), members_before,
    members_after (people behind them; of complaints who complained), before, after; change, low, high: after less
    before, of DIFFERENCE the change here less the change there, with its 95 % interval; verdict: "few" (fewer than 30
    observations on a side), "better", "worse", "unclear".
    Shares are fractions, NPS is in points, complaints are per 1,000 orders. Intervals: Wilson for shares, Poisson score
    for complaints, normal for means; of differences by MOVER (Zou and Donner, Statistics in Medicine 2008).
    """
    days = days_to_look_at(trial, sources.first_day, sources.last_day)
    if not days:
        return pd.DataFrame(columns=COLUMNS)
    sides = _sides(observed(sources, trial, days))
    rows = [_row(place, sides, trial.metric) for place in (HERE, THERE) if _is_known(place, sides)]
    if len(rows) == 2:
        rows.append(_difference(rows[0], rows[1], trial.metric))
    return pd.DataFrame(rows, columns=COLUMNS).assign(days=days).astype(dict.fromkeys(_COUNTS, "Int64"))


_COUNTS = ["n_before", "n_after", "members_before", "members_after"]
COLUMNS = [
    "place", "days", "n_before", "members_before", "before", "n_after", "members_after", "after", "change", "low",
    "high", "verdict",
]  # fmt: skip


def observed(sources: Sources, trial: Trial, days: int) -> ir.Table:
    """What was observed on both sides: member_id, place, side, x (what it adds to the figure), weight (0: only x).

    A row an answer, text, order and complaint, or person who bought.
    """
    if trial.metric == "repeat":
        return _bought_again(sources, trial, days)
    return _placed(_observations(sources, trial), trial, days)


def _observations(sources: Sources, trial: Trial) -> ir.Table:
    if trial.metric == "theme":
        return _texts(sources, trial)
    if trial.metric == "complaints":
        return _orders_and_complaints(sources, trial)
    answers = sources.answers.filter(sources.answers.number.notnull())
    if trial.survey_id is not None:
        answers = answers.filter(answers.survey_id == trial.survey_id)
    if trial.metric == "driver":
        question, line = trial.driver
        asked = answers.filter(answers.question == question, answers.line == line)
        return _rows(asked, asked.number)
    if trial.metric == "nps":
        asked = answers.filter(answers.kind == NPS)
        return _rows(asked, ibis.cases((asked.number >= 9, 100), (asked.number <= 6, -100), else_=0))
    asked = answers.filter(answers.kind == CSAT)
    return _rows(asked, (asked.number >= 4).ifelse(1, 0))


def _rows(table: ir.Table, x: ir.Value, weight: int = 1) -> ir.Table:
    return table.select("member_id", "store_id", "day", x=x.cast("int64"), weight=ibis.literal(weight, "int64"))


def _texts(sources: Sources, trial: Trial) -> ir.Table:
    """Every text; x: whether it speaks of the theme."""
    texts, marked = sources.texts, sources.themes.filter(sources.themes.theme_id == trial.theme_id)
    named = marked.select(named_id="text_id", named_about="about")
    both = texts.left_join(named, [texts.text_id == named.named_id, texts.about == named.named_about])
    return _rows(both, both.named_id.notnull().ifelse(1, 0))


def _orders_and_complaints(sources: Sources, trial: Trial) -> ir.Table:
    cases = sources.cases.filter(sources.cases.kind == 0)  # complaints
    if trial.cause_ids:
        cases = cases.filter(cases.cause_id.isin(trial.cause_ids))
    if trial.product_id is not None:
        cases = cases.filter(cases.product_id == trial.product_id)
    return _rows(sources.sales, ibis.literal(0)).union(_rows(cases, ibis.literal(1000), weight=0))


def _bought_again(sources: Sources, trial: Trial, days: int) -> ir.Table:
    """Who bought on a side, once; x: whether they bought again within so many days of their first purchase there."""
    kept = sources.sales.filter(sources.sales.kept == 1, sources.sales.member_id.notnull())
    placed = _placed(_rows(kept, ibis.literal(0)), trial, days, keep_day=True)
    first = placed.group_by("member_id", "place", "side").aggregate(first_day=placed.day.min())
    bought = sources.occasions.select(who="member_id", on="day", next_day="next_day")
    met = first.left_join(bought, [first.member_id == bought.who, first.first_day == bought.on])
    again = (met.next_day - met.on <= AGAIN).fill_null(False).ifelse(1, 0).cast("int64")
    return met.select("member_id", "place", "side", x=again, weight=ibis.literal(1, "int64"))


def _placed(rows: ir.Table, trial: Trial, days: int, *, keep_day: bool = False) -> ir.Table:
    """The rows of both sides, here and there."""
    if trial.store_ids:
        here = rows.store_id.isin(trial.store_ids).fill_null(False)
        placed = rows.mutate(place=here.ifelse(HERE, THERE))
    else:  # a year before, moved to now
        placed = rows.mutate(place=ibis.literal(HERE)).union(
            rows.mutate(day=(rows.day + YEAR).cast(rows.day.type()), place=ibis.literal(THERE))
        )
    near = placed.filter(placed.day >= trial.began - days, placed.day < trial.began + days)
    sided = near.mutate(side=(near.day >= trial.began).ifelse(AFTER, BEFORE))
    return sided.select("member_id", "place", "side", "x", "weight", *(["day"] if keep_day else []))


Sides = dict[tuple[int, int], dict[str, int]]


def _sides(rows: ir.Table) -> Sides:
    """n, total, squares and members of each place and side."""
    found = rows.group_by("place", "side").aggregate(
        n=rows.weight.sum(),
        total=rows.x.sum(),
        squares=(rows.x * rows.x).sum(),
        members=rows.member_id.nunique(),
        touched=rows.member_id.nunique(where=rows.x != 0),
    )
    return {
        (int(row["place"]), int(row["side"])): {str(key): int(value) for key, value in row.items()}
        for row in found.to_pandas().to_dict("records")
    }


def _is_known(place: int, sides: Sides) -> bool:
    """Whether a place has something on both sides; here it is always told."""
    return place == HERE or all(sides.get((place, side), {}).get("n") for side in (BEFORE, AFTER))


def _row(place: int, sides: Sides, metric: Metric) -> dict[str, object]:
    none = dict.fromkeys(("n", "total", "squares", "members", "touched"), 0)
    before, after = (sides.get((place, side), none) for side in (BEFORE, AFTER))
    people = "touched" if metric == "complaints" else "members"
    was, now = figure(before, metric), figure(after, metric)
    change = less(now, was)
    few = min(before["n"], after["n"]) < LEAST
    return {
        "place": place, "n_before": before["n"], "members_before": before[people], "before": was[0],
        "n_after": after["n"], "members_after": after[people], "after": now[0],
        "change": change[0], "low": change[1], "high": change[2], "verdict": _verdict(change, metric, few=few),
    }  # fmt: skip


def _difference(here: dict[str, object], there: dict[str, object], metric: Metric) -> dict[str, object]:
    """How much more the figure changed here than there."""
    mine, theirs = ((row["change"], row["low"], row["high"]) for row in (here, there))
    gap = less(mine, theirs)  # type: ignore[arg-type]
    few = "few" in {here["verdict"], there["verdict"]}
    return {
        "place": DIFFERENCE, "change": gap[0], "low": gap[1], "high": gap[2],
        "verdict": _verdict(gap, metric, few=few),
    }  # fmt: skip


def figure(side: dict[str, int], metric: Metric) -> Cell:
    """The figure of one side with its interval."""
    n, total = side["n"], side["total"]
    mean = float(rate(total, n))
    if metric in SHARES:
        low, high = wilson(total, n)
        return mean, float(low), float(high)
    if metric == "complaints":
        low, high = counted(total / 1000, n)
        return mean, 1000 * float(low), 1000 * float(high)
    if not n:
        return mean, mean, mean
    half = Z95 * np.sqrt(max(side["squares"] / n - mean**2, 0) / n)
    return mean, mean - half, mean + half


def less(one: Cell, other: Cell) -> Cell:
    """The difference of two independent figures by the intervals of both; of shares it is Newcombe's."""
    low, high = mover(one, other)
    return one[0] - other[0], float(low), float(high)


def _verdict(change: Cell, metric: Metric, *, few: bool) -> str:
    if few:
        return "few"
    if not (change[1] > 0 or change[2] < 0):
        return "unclear"
    return "better" if (change[0] < 0) == (metric in LESS_IS_BETTER) else "worse"
