"""What this app contributes to shared pages; read once, when the apps are ready."""

from members.lib import registry
from members.lib.registry import Touch
from members.queries import personal_data
from members.queries.personal_data import Section
from surveys.models import Answer, Call, Case, CaseEntry, FollowUp, Note, Response, Review, SurveyInvitation
from surveys.panels import actions, cases, follow_ups, responses
from surveys.queries import follow_ups as calls

registry.member_panels += [responses.of_member, cases.of_member, follow_ups.of_member]
registry.touches["call"] = Touch(calls.calls_of, "called_at", follow_ups.told)
registry.todos += [cases.todos, follow_ups.todos, actions.todos]
personal_data.register(
    [
        Section(
            "survey_invitations", SurveyInvitation, personal_data.by("member"),
            ("survey__name", "order__number", "asked_on", "expires_at", "opened_at", "ended_at"),
        ),
        Section(
            "survey_responses", Response, personal_data.by("member"),
            ("survey__name", "way", "store__name", "business_date", "completed_at", "language"),
        ),
        Section(
            "survey_answers", Answer, personal_data.by("response__member"),
            ("response__survey__name", "question__code", "row", "number", "choices", "text"),
        ),
        Section(
            "reviews", Review, personal_data.by("member"),
            ("source", "number", "store__name", "business_date", "rating", "text"),
        ),
        Section("notes", Note, personal_data.by("member"), ("kind", "title", "text", "business_date")),
        Section(
            "cases", Case, personal_data.by("member"),
            ("number", "kind", "intake", "state", "text", "contact", "opened_at", "resolved_at", "outcome"),
        ),
        Section(
            "case_log", CaseEntry, personal_data.by("case__member"), ("case__number", "kind", "text", "happened_at"),
        ),
        Section(
            "follow_up_calls", FollowUp, personal_data.by("member"),
            ("reason", "script", "due_on", "state", "calls_made", "made_at", "done_at"),
        ),
        Section(
            "calls", Call, personal_data.by("follow_up__member"), ("outcome", "note", "next_step", "called_at"),
        ),
    ]
)  # fmt: skip
