from collections.abc import Mapping

import ibis.expr.types as ir
import pandas as pd
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from analytics.facts.door import Facts
from analytics.metrics import people
from analytics.metrics.before_after import (
    AFTER,
    BEFORE,
    COLUMNS,
    DIFFERENCE,
    HERE,
    SHARES,
    THERE,
    Sources,
    Trial,
    before_after,
    days_to_look_at,
    observed,
)
from analytics.reports.columns import Column, Kind
from analytics.reports.query import Choices, Query
from analytics.reports.report import Drill, Report, blank, register
from members.lib.roles import SMALLEST_CELL
from surveys.models import Action
from surveys.queries import labels

PLACES = {HERE: "here", THERE: "there", DIFFERENCE: "difference"}
_METRICS = tuple(Action.Metric.values)
VALUE = {metric: Kind.RATE if metric in SHARES else Kind.MEAN for metric in _METRICS}
GAP = {metric: Kind.POINTS if metric in SHARES else Kind.MEAN for metric in _METRICS}
_SIDES = {"members_before": BEFORE, "members_after": AFTER}


def _sources(facts: Facts) -> Sources:
    return Sources(
        facts.answers, facts.texts, facts.themes, facts.cases, facts.sales, facts.occasions, facts.first_day,
        facts.last_day,
    )  # fmt: skip


def _compute(facts: Facts, query: Query) -> pd.DataFrame:
    frames = [
        before_after(_sources(facts), trial).assign(action=str(trial.action_id), metric=trial.metric)
        for trial in query.trials or ()
    ]
    told = [frame for frame in frames if len(frame)]
    if not told:
        return pd.DataFrame(columns=["action", "metric", *COLUMNS])
    return pd.concat(told, ignore_index=True).assign(place=lambda frame: frame["place"].map(PLACES))


def _withhold(answer: pd.DataFrame) -> pd.DataFrame:
    """A side of fewer than five people tells nothing, and neither does what is reckoned from it."""
    answer = answer.copy()
    few = pd.Series(False, index=answer.index)
    for side in ("before", "after"):
        small = answer[f"members_{side}"].between(1, SMALLEST_CELL - 1).fillna(value=False).astype(bool)
        answer = blank(answer, small, [f"members_{side}", f"n_{side}", side])
        few |= small
    hidden = few.groupby(answer["action"]).transform("any")
    return blank(answer, hidden, ["change", "low", "high", "verdict"])


def _ids(facts: Facts, query: Query, cell: str, group: str) -> list[int]:
    number, code = cell.split(":")
    trial = next((one for one in query.trials or () if str(one.action_id) == number), None)
    if trial is None:
        raise LookupError(cell)
    place = {known: key for key, known in PLACES.items()}[code]
    return people.ids(_behind(_sources(facts), trial, place, _SIDES[group]))


def _behind(sources: Sources, trial: Trial, place: int, side: int) -> ir.Table:
    rows = observed(sources, trial, days_to_look_at(trial, sources.first_day, sources.last_day))
    found = rows.filter(rows.place == place, rows.side == side)
    return found.filter(found.x != 0) if trial.metric == "complaints" else found


def _title(query: Query, cell: str, group: str) -> str:
    number, _colon, place = cell.partition(":")
    sides = {
        "members_before": gettext("%(action)s, %(place)s: the people before it"),
        "members_after": gettext("%(action)s, %(place)s: the people after it"),
    }
    told = {"action": labels.actions().get(number, number), "place": _places().get(place, place)}
    return sides[group] % told


def _places() -> Mapping[str, str]:
    return {
        "here": gettext("where it was done"), "there": gettext("elsewhere, or a year before"),
        "difference": gettext("how much more than there"),
    }  # fmt: skip


def verdicts() -> Mapping[str, str]:
    """What is said of a change."""
    return {
        "better": pgettext("effect", "better"), "worse": pgettext("effect", "worse"),
        "unclear": pgettext("effect", "may be chance"), "few": pgettext("effect", "too few to tell"),
    }  # fmt: skip


def _metrics() -> Mapping[str, str]:
    return {value: str(label) for value, label in Action.Metric.choices}


REPORT = register(
    Report(
        slug="action-effect",
        title=_("Effect of improvements"),
        question=_("Did what we changed help?"),
        definition=_(
            "The figure that an improvement was to move: as many whole weeks before it as after it, where it was done."
            " Beside it the other stores in the same weeks; of an improvement in all stores the same weeks of a year"
            " before. How much more it changed here than there is what speaks for the improvement. Verdicts go by the"
            " 95 % interval; fewer than 30 observations on a side are not judged."
        ),
        formula=_(
            "Change = after − before. Difference = change here − change elsewhere. Wilson intervals for shares, Poisson"
            " score intervals for complaints, normal ones for means; those of differences by MOVER."
        ),
        example=_(
            "Waiting scored 3.1 before and 3.9 after in the store with a second counter, 3.8 and 3.9 in the others:"
            " 0.8 − 0.1 = 0.7 more."
        ),
        limits=_(
            "Nobody drew lots for the stores: what else changed there at that time counts as its effect. With several"
            " improvements at once, none of them can be told apart."
        ),
        shown=_("Improvements; for whoever works on them."),
        columns=(
            Column("action", _("Improvement"), Kind.LABEL, _("Its number"), words=labels.actions),
            Column("metric", _("Figure"), Kind.LABEL, _("What should change"), words=_metrics),
            Column(
                "place", _("Where"), Kind.LABEL,
                _("here: where it was done; there: in the other stores, or a year before; difference: here less there"),
                words=_places,
            ),
            Column("days", _("Days"), Kind.COUNT, _("On either side, whole weeks")),
            Column("n_before", _("Number before"), Kind.COUNT, _("Answers, texts, orders or buyers")),
            Column(
                "members_before", _("People before"), Kind.COUNT,
                _("Known members among them; of complaints: who complained"), opens="members_before",
            ),
            Column("before", _("Before"), Kind.MEAN, _("The figure before"), kind_by=("metric", VALUE)),
            Column("n_after", _("Number after"), Kind.COUNT, _("As before")),
            Column("members_after", _("People after"), Kind.COUNT, _("As before"), opens="members_after"),
            Column("after", _("After"), Kind.MEAN, _("The figure after"), kind_by=("metric", VALUE)),
            Column(
                "change", pgettext_lazy("difference", "Change"), Kind.MEAN, _("After less before"),
                kind_by=("metric", GAP),
            ),
            Column(
                "low", _("Low"), Kind.MEAN, _("Lower end of the 95 % interval of the change"), kind_by=("metric", GAP)
            ),
            Column(
                "high", _("High"), Kind.MEAN, _("Upper end of the 95 % interval of the change"),
                kind_by=("metric", GAP),
            ),
            Column(
                "verdict", _("What it says"), Kind.LABEL,
                _("better or worse when the interval excludes 0; unclear; few: fewer than 30 on a side"),
                words=verdicts,
            ),
        ),
        choices=Choices(dated=False, of_action=True),
        compute=_compute,
        withhold=_withhold,
        drill=Drill(("action", "place"), {"members_before": "members", "members_after": "members"}, _ids, _title),
    )
)  # fmt: skip
