from collections.abc import Mapping

import pandas as pd
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics.facts.door import Facts
from analytics.metrics import people
from analytics.metrics.voices import themes
from analytics.reports import told
from analytics.reports.columns import WILSON, Column, Kind
from analytics.reports.query import Choices, Query
from analytics.reports.report import Drill, Report, blank, register
from members.lib.roles import SMALLEST_CELL
from surveys.queries import labels


def _words() -> Mapping[str, str]:
    return dict(labels.themes().values())


def _compute(facts: Facts, query: Query) -> pd.DataFrame:
    frame = themes(told.within(facts.texts, query), told.within(facts.themes, query))
    known = labels.themes()
    return frame.assign(theme=[known[pk][0] if pk in known else str(pk) for pk in frame["theme_id"]])


def _withhold(answer: pd.DataFrame) -> pd.DataFrame:
    answer = blank(answer, told.few(answer, "texts"), ["texts", "members", "share", "low", "high", "scored"])
    few = told.few(answer, "unhappy") | answer["texts"].isna()
    neither = answer["scored"] - answer["happy"] - answer["unhappy"]
    near = few | told.few(answer, "happy") | neither.between(1, SMALLEST_CELL - 1).fillna(value=True)
    return blank(blank(answer, near, ["happy"]), few, ["unhappy", "unhappy_share"])


def _ids(facts: Facts, query: Query, cell: str, group: str) -> list[int]:
    number = {code: pk for pk, (code, _name) in labels.themes().items()}[cell]
    found = told.within(facts.themes, query)
    return people.ids(found.filter(found.theme_id == number, found.member_id.notnull()))


def _title(query: Query, cell: str, group: str) -> str:
    return gettext("Members who wrote about “%(theme)s”") % {"theme": _words().get(cell, cell)}


REPORT = register(
    Report(
        slug="themes",
        title=_("What they write about"),
        question=_("What do customers speak of, and are they happy with it?"),
        definition=_(
            "Texts of answers and reviews, by the themes whose words occur in them or that staff set by hand. A text"
            " may have several themes. The mood is that of the score beside the text (unhappy: recommendation 0 to 6,"
            " satisfaction or stars 1 and 2; happy: 9 and 10, 4 and 5), unless a file of reviews says it by"
            " theme."
        ),
        formula=_("Share = texts with the theme ÷ all texts, with a 95 % Wilson interval."),
        example=_("63 of 214 texts speak of waiting: 29.4 %, between 23.7 % and 35.9 %."),
        limits=_(
            "Words are no understanding: irony and praise of “no waiting” count too. A score is about everything, not"
            " about the theme alone."
        ),
        shown=_("The results of a survey; for whoever reads what customers write."),
        columns=(
            Column("theme", _("Theme"), Kind.LABEL, _("What it is about"), words=_words),
            Column("texts", _("Texts"), Kind.COUNT, _("That speak of it")),
            Column("members", _("People"), Kind.COUNT, _("Known members among them"), opens="members"),
            Column("of", _("Of"), Kind.COUNT, _("All texts")),
            Column("share", _("Share"), Kind.RATE, _("Texts with the theme of all texts")),
            *WILSON,
            Column("scored", _("With a mood"), Kind.COUNT, _("Of the texts with the theme")),
            Column("happy", _("Happy"), Kind.COUNT, _("Of those with a mood")),
            Column("unhappy", _("Unhappy"), Kind.COUNT, _("Of those with a mood")),
            Column("unhappy_share", _("Unhappy, share"), Kind.RATE, _("Unhappy of those with a mood")),
        ),
        choices=Choices(of_survey=True),
        compute=_compute,
        withhold=_withhold,
        drill=Drill(("theme",), {"members": "members"}, _ids, _title),
    )
)
