"""What customers say, of the person that each record counts for, as of a day and as known at an instant.

A publish writes down how it stands now (`schema.TOLD`); a question about a past moment works it out anew from the raw
tables.
"""

from collections.abc import Mapping
from functools import cached_property

import ibis
import ibis.expr.types as ir

from analytics.facts import derive, engine, schema

_NPS, _CSAT = schema.QUESTIONS.index("nps"), schema.QUESTIONS.index("csat")
ANSWER, REVIEW = 0, 1
"""What a text is, in `texts.about`."""


class Feedback:
    """Ibis tables of one generation, each worked out when it is asked for. `as_of_day` None: whatever has happened.

    Each has member_id, store_id, channel_id and day, so that all are narrowed alike.
    """

    def __init__(self, tables: Mapping[str, ir.Table], *, as_of_day: int | None, known_at: int) -> None:
        self._tables, self._as_of_day, self._known_at = tables, as_of_day, known_at

    @cached_property
    def responses(self) -> ir.Table:
        """Finished ones, of a person who answered twice about one thing the latest."""
        return engine.worked_out(_latest(self._owned("responses")), "responses")

    @cached_property
    def answers(self) -> ir.Table:
        """Those of the responses, with the columns of the response."""
        responses, said = self.responses, self._tables["answers"].rename(of_response="response_id")
        answers = responses.join(said, responses.response_id == said.of_response).drop("of_response")
        return engine.worked_out(answers, "answers")

    @cached_property
    def invitations(self) -> ir.Table:
        """As in the schema."""
        asked = self._tables["invitations"]
        return self._of_owners(asked.filter(asked.recorded_at <= self._known_at))

    @cached_property
    def reviews(self) -> ir.Table:
        """As in the schema."""
        return self._owned("reviews").mutate(channel_id=ibis.null().cast("int64"))

    @cached_property
    def cases(self) -> ir.Table:
        """As in the schema."""
        return self._owned("cases")

    @cached_property
    def texts(self) -> ir.Table:
        """What was written, with `about`, `text_id`, survey_id (null: a review) and `mood` (-1, 0, 1 by the score
        beside it; null: none)."""
        return engine.worked_out(_texts(self.answers, self.reviews), "texts")

    @cached_property
    def themes(self) -> ir.Table:
        """The texts by theme_id, one row for each theme of each; `mood` that of what is said about the theme, where
        somebody marked it."""
        return _themes(self.texts, self._tables["theme_marks"])

    def _owned(self, name: str) -> ir.Table:
        return self._of_owners(derive.known(self._tables[name], self._known_at))

    def _of_owners(self, rows: ir.Table) -> ir.Table:
        happened = rows if self._as_of_day is None else rows.filter(rows.day <= self._as_of_day)
        return derive.owned(happened, self._tables["merges"], self._known_at)


TABLES = tuple(name for name, part in vars(Feedback).items() if isinstance(part, cached_property))


def written(name: str) -> str:
    """The name in `schema.TOLD` of one of TABLES."""
    return f"told_{name}"


def _latest(responses: ir.Table) -> ir.Table:
    """Finished responses; of one person about one thing the one that was recorded last. Unknown people count each."""
    done = responses.filter(responses.is_complete == 1)
    who = ibis.coalesce(done.member_id, -done.response_id)
    order = [done.recorded_at.desc(), done.response_id.desc()]
    place = ibis.row_number().over(group_by=[who, done.survey_id, done.touch], order_by=order)
    ranked = done.mutate(place=place)
    return ranked.filter(ranked.place == 0).drop("place")


def _texts(answers: ir.Table, reviews: ir.Table) -> ir.Table:
    scored = answers.filter(answers.kind.isin([_NPS, _CSAT]), answers.number.notnull())
    mood = ibis.cases(
        (scored.kind == _NPS, ibis.cases((scored.number >= 9, 1), (scored.number >= 7, 0), else_=-1)),
        else_=ibis.cases((scored.number >= 4, 1), (scored.number == 3, 0), else_=-1),
    )
    first = scored.mutate(mood=mood, place=scored.kind)
    moods = first.group_by(of_response=first.response_id).aggregate(mood=first.mood.argmin(first.place).cast("int32"))
    written = answers.filter(answers.has_text == 1)
    said = written.left_join(moods, written.response_id == moods.of_response)
    columns = ["member_id", "store_id", "channel_id", "day", "week", "month"]
    from_answers = said.select(
        *columns, "survey_id", "mood", text_id="answer_id", about=ibis.literal(ANSWER).cast("int32")
    )
    rated = reviews.filter(reviews.has_text == 1)
    from_reviews = rated.select(
        *columns,
        survey_id=ibis.null().cast("int64"),
        mood=ibis.cases(
            (rated.rating.isnull(), ibis.null().cast("int32")), (rated.rating >= 4, 1), (rated.rating == 3, 0), else_=-1
        ).cast("int32"),
        text_id="review_id",
        about=ibis.literal(REVIEW).cast("int32"),
    )
    return from_answers.union(from_reviews)


def _themes(texts: ir.Table, marks: ir.Table) -> ir.Table:
    of_answers = marks.filter(marks.answer_id.notnull()).select(
        "theme_id", said="mood", mark_id="answer_id", kind=ibis.literal(ANSWER)
    )
    of_reviews = marks.filter(marks.review_id.notnull()).select(
        "theme_id", said="mood", mark_id="review_id", kind=ibis.literal(REVIEW)
    )
    both = of_answers.union(of_reviews)
    marked = texts.join(both, [texts.text_id == both.mark_id, texts.about == both.kind])
    return marked.mutate(mood=ibis.coalesce(marked.said, marked.mood)).drop("mark_id", "kind", "said")
