"""Answers, page by page. What one person sends through one door is one response, whatever comes twice or at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from members.lib import clock
from members.lib.actor import Actor
from members.models import Touched
from members.services import audit
from surveys.models import Answer, Case, Question, Response, SurveyInvitation, SurveyVersion
from surveys.queries import answering as queries
from surveys.queries import surveys
from surveys.queries.answering import Door
from surveys.rules.questions import Given, kept, read, shown
from surveys.services import cases, thanks, themes

Values = Mapping[str, list[str]]
SCORES = frozenset({Question.Kind.NPS, Question.Kind.CSAT, Question.Kind.CES})


class Closed(ValueError):
    """The door is shut: too late to change, or nothing is asked."""


class Flood(ValueError):
    """Too many begin by this public link at once; nothing of this one was kept."""


@dataclass(slots=True)
class Saved:
    """What became of a page: `faults` by question code (nothing was kept then), the next page or None for the end."""

    response: Response | None = None
    faults: dict[str, str] = field(default_factory=dict)
    next_page: int | None = None


def save_page(door: Door, page: int, values: Values, *, language: str, by: Actor) -> Saved:
    """Keep one page, and finish after the last. Raises Closed and Flood; faults are given back with nothing kept."""
    if door.link and not queries.response(door) and queries.recent(door.link) >= settings.SURVEY_ANSWERS_PER_MINUTE:
        raise Flood
    try:
        return _save(door, [page], values, language, by)
    except IntegrityError:  # somebody sent the first page of the same door at the same moment
        return _save(door, [page], values, language, by)


def save_all(door: Door, values: Values, *, language: str, by: Actor) -> Saved:
    """Keep all pages at once, as from paper. Refused as Closed when this sheet was entered before."""
    version = queries.version(door, None)
    if version is None or queries.response(door):
        raise Closed
    try:
        pages = sorted({one.page for one in queries.questions(version)})
        return _save(door, pages, values, language, by, is_sheet=True)
    except IntegrityError as twice:
        raise Closed from twice


def opened(door: Door) -> None:
    """Remember when a member first opened their link."""
    if door.invitation and door.invitation.opened_at is None:
        unopened = SurveyInvitation.objects.filter(pk=door.invitation.pk, opened_at__isnull=True)
        unopened.update(opened_at=clock.now())


@transaction.atomic
def _save(door: Door, pages: list[int], values: Values, language: str, by: Actor, *, is_sheet: bool = False) -> Saved:
    found = _locked(door)
    version = queries.version(door, found)
    if version is None or not queries.may_change(found):
        raise Closed
    asked = queries.questions(version)
    before = queries.answers(found)
    said, faults = _read(asked, pages, values, dict(before))
    if faults:
        return Saved(found, faults)
    response = found or _begun(door, version, language)
    _keep(response, asked, said)
    again = None if is_sheet else _uncovered(asked, pages, before, said)
    following = again or _next(asked, max(pages, default=0), said) or _left_out(asked, said)
    response.page, response.language = max(pages, default=0), language
    if following is None:
        _finish(response, door, asked, said, by)
        themes.mark_response(response)
    response.save()
    Touched.objects.create(kind=Touched.Kind.RESPONSE, key=response.pk)
    return Saved(response, {}, following)


def _locked(door: Door) -> Response | None:
    locked = Response.objects.select_for_update().filter(key=door.key).first()
    return Response.objects.select_related("version", "survey").get(pk=locked.pk) if locked else None


def _begun(door: Door, version: SurveyVersion, language: str) -> Response:
    now = clock.now()
    return Response.objects.create(
        survey=door.survey, version=version, invitation=door.invitation, link=door.link, way=door.way,
        member=door.member, order=door.order, store=door.store, channel=door.channel, language=language,
        key=door.key, started_at=now, business_date=clock.local_date(now, door.zone), is_test=door.is_test,
        entered_by=door.entered_by,
    )  # fmt: skip


def _read(
    asked: list[Question], pages: list[int], values: Values, said: dict[str, list[Given]]
) -> tuple[dict[str, list[Given]], dict[str, str]]:
    """All answers with those of these pages as sent, and what is wrong with them."""
    faults = {}
    for question in asked:
        rule = surveys.asked(question)
        if question.page not in pages or not shown(rule, said):
            continue
        given, fault = read(rule, values)
        if fault:
            faults[question.code] = fault
        said[question.code] = given
    return {code: list(given) for code, given in kept(map(surveys.asked, asked), said).items() if given}, faults


def _keep(response: Response, asked: list[Question], said: Mapping[str, list[Given]]) -> None:
    ids = {question.code: question.pk for question in asked}
    response.answers.all().delete()
    Answer.objects.bulk_create(
        Answer(
            response=response, question_id=ids[code], row=one.row, number=one.number, choices=list(one.choices),
            text=one.text,
        )
        for code, given in said.items()
        for one in given
    )  # fmt: skip


def _uncovered(
    asked: list[Question], pages: list[int], before: Mapping[str, list[Given]], said: Mapping[str, list[Given]]
) -> int | None:
    """The page just sent, when its own answers ask something more on it: without a script nobody has seen that yet."""
    new = {
        question.page
        for question in asked
        if question.page in pages
        and shown(surveys.asked(question), said)
        and not shown(surveys.asked(question), before)
    }
    return min(new, default=None)


def _next(asked: list[Question], page: int, said: Mapping[str, list[Given]]) -> int | None:
    """The next page on which anything is asked after these answers."""
    later = {question.page for question in asked if question.page > page and shown(surveys.asked(question), said)}
    return min(later, default=None)


def _left_out(asked: list[Question], said: Mapping[str, list[Given]]) -> int | None:
    """The first page with a question that has to be answered and was not: a page sent out of turn ends nothing."""
    open_still = {
        question.page
        for question in asked
        if question.is_required and not said.get(question.code) and shown(surveys.asked(question), said)
    }
    return min(open_still, default=None)


def _finish(response: Response, door: Door, asked: list[Question], said: Mapping[str, list[Given]], by: Actor) -> None:
    if response.completed_at is None:
        response.completed_at = clock.now()
    if response.is_test:
        return
    if door.entered_by:
        detail = {"survey": response.survey_id}
        audit.record(by=by, verb="enter_paper", subject_type="response", subject_id=response.pk, detail=detail)
    if said and response.thanked_at is None and thanks.give(response, by=by):
        response.thanked_at = clock.now()
    if low := lowest(response, asked, said):
        cases.open_case(low, by=by)


def lowest(response: Response, asked: list[Question], said: Mapping[str, list[Given]]) -> cases.Told | None:
    """A case for a score that is as low as the survey says; None for better ones."""
    limit = response.survey.case_below
    told = [(question, one) for question in asked for one in said.get(question.code, ())]
    low = [
        (question.text_zh, one.number)
        for question, one in told
        if question.kind in SCORES and limit is not None and one.number is not None and one.number <= limit
    ]
    if not low:
        return None
    words = [one.text for question, one in told if question.kind == Question.Kind.TEXT]
    question, score = low[0]
    text = "\n".join(words) or _("No words, only a score of %(score)s: %(question)s") % {
        "score": score, "question": question,
    }  # fmt: skip
    return cases.Told(
        Case.Intake.SURVEY, text, member=response.member, store=response.store, order=response.order, response=response
    )
