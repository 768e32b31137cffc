"""From the database to Arrow: responses, answers, reviews, cases, and what texts speak of.

Responses with their answers, reviews and cases lie in files by the month of their business date; invitations and marks
of themes are written whole. No text leaves the database, only whether there is one.
"""

import datetime as dt
from collections.abc import Iterator

import pyarrow as pa
from django.db import connection

from analytics.facts import schema
from analytics.facts.export import CHUNK, DAY, MICROS, month_span, periods_of


def _numbered(column: str, names: tuple[str, ...]) -> str:
    """SQL that gives the place of a code among the names; 0 for others."""
    cases = " ".join(f"WHEN '{name}' THEN {number}" for number, name in enumerate(names))
    return f"CASE {column} {cases} ELSE 0 END"


def _flag(condition: str) -> str:
    return f"CASE WHEN {condition} THEN 1 ELSE 0 END"


def _written(table: str) -> str:
    return _flag(f"{table}.text <> ''")


# No gateway tells yet what arrived, so what it took counts. Whoever answered was reached, by whatever way.
_ARRIVED = "message.state IN ('sent', 'delivered') OR given.completed_at IS NOT NULL"
# ruff: noqa: S608 - every part is from our own code
_SELECT = {
    "responses": (
        "SELECT given.id, given.survey_id, given.version_id, given.member_id, given.store_id, given.channel_id,"
        f" {_numbered('given.way', schema.WAYS)},"
        " COALESCE(given.order_id * 4, given.invitation_id * 4 + 1, {given_day} * 4 + 2), {given_day},"
        " (SELECT asked.case_id FROM surveys_surveyinvitation asked WHERE asked.id = given.invitation_id),"
        f" {_flag('given.completed_at IS NOT NULL')},"
        " (SELECT MAX(tier.rank) FROM rewards_tierstay stay JOIN rewards_tier tier ON tier.id = stay.tier_id"
        "  WHERE stay.member_id = given.member_id AND stay.starts_on <= given.business_date"
        "  AND (stay.ends_on IS NULL OR stay.ends_on > given.business_date)),"
        " {given_recorded}, {given_voided}"
        " FROM surveys_response given WHERE NOT given.is_test AND given.business_date BETWEEN %s AND %s"
    ),
    "answers": (
        "SELECT answer.id, answer.response_id, question.code, answer.row,"
        f" {_numbered('question.kind', schema.QUESTIONS)},"
        f" {_flag('question.is_driver')}, answer.number, {{choices}}, {_written('answer')}"
        " FROM surveys_answer answer JOIN surveys_question question ON question.id = answer.question_id"
        " JOIN surveys_response given ON given.id = answer.response_id"
        " WHERE NOT given.is_test AND given.business_date BETWEEN %s AND %s"
    ),
    "invitations": (
        "SELECT asked.id, asked.survey_id, asked.member_id, asked.store_id, asked.channel_id,"
        f" {_numbered('message.channel', schema.SENT_BY)}, {{asked_on}},"
        f" {_flag(_ARRIVED)},"
        f" {_flag('given.completed_at IS NOT NULL AND given.voided_at IS NULL')}, {{asked_at}}"
        " FROM surveys_surveyinvitation asked LEFT JOIN members_message message ON message.id = asked.message_id"
        " LEFT JOIN surveys_response given ON given.invitation_id = asked.id"
    ),
    "reviews": (
        "SELECT review.id, review.source, review.member_id, review.store_id, review.product_id, {review_day},"
        f" review.rating, {_written('review')}, {{review_recorded}}, {{review_voided}}"
        " FROM surveys_review review WHERE review.business_date BETWEEN %s AND %s"
    ),
    "theme_marks": (
        "SELECT theme_id, answer_id, review_id, case_id, mood FROM surveys_thememark"
        " WHERE NOT is_removed AND note_id IS NULL"
    ),
    "cases": (
        f"SELECT told.id, {_numbered('told.kind', schema.CASE_KINDS)}, told.member_id, told.order_id, {{order_day}},"
        " told.store_id, sold.channel_id, told.product_id, told.cause_id, told.owner_id, told.priority, {case_day},"
        " {case_opened}, {case_first_due}, {case_resolve_due}, {case_first}, {case_resolved}, told.first_minutes,"
        " told.resolve_minutes, told.waited_minutes, {case_waiting}, told.reopened,"
        f" {_flag('told.is_flagged')}, {{case_recorded}}, {{case_voided}}"
        " FROM surveys_case told LEFT JOIN members_order sold ON sold.id = told.order_id"
        " WHERE told.business_date BETWEEN %s AND %s"
    ),
}
_DAYS = {
    "given_day": "given.business_date", "asked_on": "asked.asked_on", "review_day": "review.business_date",
    "case_day": "told.business_date", "order_day": "sold.business_date",
}  # fmt: skip
_INSTANTS = {
    "given_recorded": "given.recorded_at", "given_voided": "given.voided_at", "asked_at": "asked.made_at",
    "review_recorded": "review.recorded_at", "review_voided": "review.voided_at", "case_opened": "told.opened_at",
    "case_first_due": "told.first_due_at", "case_resolve_due": "told.resolve_due_at",
    "case_first": "told.first_response_at", "case_resolved": "told.resolved_at", "case_recorded": "told.recorded_at",
    "case_voided": "told.voided_at", "case_waiting": "told.waiting_since",
}  # fmt: skip


def batches(table: str, month: int | None = None) -> Iterator[pa.RecordBatch]:
    """Record batches with the columns of `schema.FEEDBACK[table]`; of one month of business dates, or (None) all."""
    definition = schema.FEEDBACK[table]
    place = definition.get_field_index("day")
    with connection.cursor() as cursor:
        cursor.execute(_sql(table), [] if month is None else list(month_span(month)))
        while rows := cursor.fetchmany(CHUNK):
            columns = [list(column) for column in zip(*rows, strict=True)]
            if place >= 0:
                days = columns[place]
                months = [_month(day) for day in days] if month is None else []
                columns[place : place + 1] = [days, *periods_of(days, month or 0)]
                columns[place + 2] = months or columns[place + 2]
            arrays = [pa.array(values, field.type) for values, field in zip(columns, definition, strict=True)]
            yield pa.record_batch(arrays, schema=definition)


def _sql(table: str) -> str:
    day, micros = DAY[connection.vendor], MICROS[connection.vendor]
    return _SELECT[table].format(
        choices="CAST(answer.choices AS TEXT)",
        **{name: day.format(column) for name, column in _DAYS.items()},
        **{name: micros.format(column) for name, column in _INSTANTS.items()},
    )


def _month(day: int) -> int:
    date = dt.date.fromordinal(day + dt.date(1970, 1, 1).toordinal())
    return date.year * 12 + date.month - 1
