import math

import pandas as pd
from django.utils.translation import gettext_lazy as _

from analytics.facts.door import Facts
from analytics.metrics.intervals import rate
from analytics.metrics.satisfaction import TOGETHER, nps_by, part_of, weighted
from analytics.metrics.voices import mix
from analytics.reports import tier_words, told
from analytics.reports.columns import Column, Kind
from analytics.reports.query import Choices, Query
from analytics.reports.report import Report, blank, register


def _compute(facts: Facts, query: Query) -> pd.DataFrame:
    last = facts.last_day if query.last_day is None else query.last_day
    people = mix(told.within(facts.sales, query), facts.tier_stays, base=tier_words.base(), day=last)
    said = _said(facts, query)
    frame = people.merge(said[said["part"] != TOGETHER], on="part", how="outer").sort_values("part")
    frame[["people", "n"]] = frame[["people", "n"]].fillna(0).astype("int64")
    frame["people_share"], frame["share"] = (rate(frame[key], frame[key].sum()) for key in ("people", "n"))
    found = weighted(frame["people"], frame["nps"].fillna(0), frame["half"].fillna(0), frame["n"])
    frame = told.coded(frame.reset_index(drop=True), "tier")
    frame.attrs.update(weighted=_known(found.nps), weighted_half=_known(found.half))
    return frame


def _said(facts: Facts, query: Query) -> pd.DataFrame:
    """The recommendation by tier; where nobody was asked for it, how many answered."""
    found = nps_by(told.answers(facts, query), "tier_rank")
    if len(found):
        return found
    responses = told.responses(facts, query)
    counted = responses.group_by(part=part_of(responses, "tier_rank")).aggregate(n=responses.count()).to_pandas()
    return counted.astype("int64").assign(nps=float("nan"), half=float("nan"))


def _known(figure: float) -> float | None:
    """JSON knows no "not a number"."""
    return None if math.isnan(figure) else figure


def _withhold(answer: pd.DataFrame) -> pd.DataFrame:
    few = told.few(answer) | told.few(answer, "people")
    kept = blank(answer, few, ["people", "people_share", "n", "share", "nps", "half"])
    kept.attrs.update(answer.attrs)
    return kept


REPORT = register(
    Report(
        slug="answer-mix",
        title=_("Who answered and who did not"),
        question=_("Are those who answer like those who buy?"),
        definition=_(
            "Members who bought in the days asked for and members who answered, by tier. The weighted NPS takes each"
            " tier by its share of the buyers instead of by how many of it answered."
        ),
        formula=_(
            "Weighted NPS = Σ share of the buyers × NPS of the tier, over tiers with at least 10 answers; none when the"
            " others are more than 5 % of the buyers."
        ),
        example=_("Plain members are 71 % of the buyers, but 52 % of the answers: the NPS is 42, weighted 39."),
        limits=_("Weighting mends the mix of tiers only: within a tier, those who answer may still be others."),
        shown=_("The results of a survey; for whoever reads them."),
        columns=(
            Column(
                "part",
                _("Tier"),
                Kind.LABEL,
                _("On the day of the answer; of buyers on the last day"),
                words=told.words,
            ),
            Column("people", _("Buyers"), Kind.COUNT, _("Members who bought")),
            Column("people_share", _("Of the buyers"), Kind.RATE, _("Share of all who bought")),
            Column("n", _("Answers"), Kind.COUNT, _("Of known members; from 0 to 10 where that is asked")),
            Column("share", _("Of the answers"), Kind.RATE, _("Share of all answers of known members")),
            Column("nps", _("NPS"), Kind.MEAN, _("From −100 to 100")),
            Column("half", _("±"), Kind.MEAN, _("Half of the 95 % interval")),
        ),
        choices=Choices(of_survey=True),
        compute=_compute,
        withhold=_withhold,
    )
)
