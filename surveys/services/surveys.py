"""Surveys made, edited, opened and closed. What people have seen is never changed: an edit makes a new version."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.lib import clock
from members.lib.actor import Actor
from members.models import Store
from members.queries import merchants
from members.services import audit
from surveys.models import Question, Survey, SurveyVersion
from surveys.queries import surveys as queries
from surveys.rules import questions as rules
from surveys.rules.survey_templates import TEMPLATES, Line

State = Survey.State
FAULTS = {
    "no_questions": gettext_lazy("There are no questions yet."),
    "too_many_questions": gettext_lazy("There are more than 60 questions."),
    "twice": gettext_lazy("“%(question)s” is there twice."),
    "no_options": gettext_lazy("“%(question)s” needs at least two answers to choose from."),
    "no_rows": gettext_lazy("“%(question)s” needs at least one line."),
    "options_twice": gettext_lazy("“%(question)s” has the same answer twice."),
    "too_many_options": gettext_lazy("“%(question)s” has more than 40 answers."),
    "hangs_on_nothing": gettext_lazy("“%(question)s” is asked only after an answer to a question that is not there."),
    "hangs_on_later": gettext_lazy("“%(question)s” hangs on a question that comes later: move it down."),
    "hangs_on_text": gettext_lazy("“%(question)s” hangs on a question whose answers cannot be told apart."),
    "never_met": gettext_lazy("“%(question)s” would never be asked: its condition names answers that do not exist."),
}


class Refused(ValueError):
    """It cannot be done; `reasons` say why, for the reader. Nothing was changed."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


@transaction.atomic
def make(*, name: str, template: str = "", by: Actor) -> Survey:
    """A draft, with the questions of a template or with none. Refused when there is one of that name."""
    if Survey.objects.filter(name=name).exists():
        raise Refused(_("There is a survey called “%(name)s” already.") % {"name": name})
    begun = TEMPLATES.get(template)
    words: dict[str, Any] = {"title_zh": name, "title_en": name}
    if begun:
        words = {
            "title_zh": begun.title[0], "title_en": begun.title[1], "intro_zh": begun.intro[0],
            "intro_en": begun.intro[1], "trigger": begun.trigger, "trigger_days": begun.trigger_days,
            "case_below": begun.case_below,
        }  # fmt: skip
    made = Survey.objects.create(name=name, made_by=by.name, **words)
    version = SurveyVersion.objects.create(survey=made, number=1)
    Question.objects.bulk_create(
        _question(version, at, line) for at, line in enumerate(begun.lines if begun else (), 1)
    )
    audit.record(by=by, verb="make_survey", subject_type="survey", subject_id=made.pk, detail={"template": template})
    return made


def _question(version: SurveyVersion, position: int, line: Line) -> Question:
    return Question(
        version=version, code=line.code, position=position, page=line.page, kind=line.kind, text_zh=line.text[0],
        text_en=line.text[1], options=_listed(line.options), rows=_listed(line.rows), shown_if=line.shown_if,
        is_required=line.required, is_driver=line.driver,
    )  # fmt: skip


def _listed(words: Sequence[tuple[str, str, str]]) -> list[dict[str, str]]:
    return [{"code": code, "zh": zh, "en": en} for code, zh, en in words]


@transaction.atomic
def save(survey: Survey, changed: Sequence[str], stores: Iterable[Store], *, by: Actor) -> None:
    """Keep how it asks and thanks; `changed` are the names of the fields, for the audit."""
    survey.save()
    survey.stores.set(stores)
    detail = {"fields": sorted(changed)}
    audit.record(by=by, verb="change_survey", subject_type="survey", subject_id=survey.pk, detail=detail)


@transaction.atomic
def draft(survey: Survey) -> SurveyVersion:
    """The version that may be edited: the newest, or a copy of it when people have seen that one."""
    Survey.objects.select_for_update().get(pk=survey.pk)  # of two editors one makes it
    last = queries.newest(survey)
    if last.frozen_at is None:
        return last
    made = SurveyVersion.objects.create(survey=survey, number=last.number + 1)
    copies = list(last.questions.all())
    for question in copies:
        question.pk, question.version = None, made
    Question.objects.bulk_create(copies)
    return made


@transaction.atomic
def put(survey: Survey, question: Question, *, by: Actor) -> Question:
    """Add a question at the end, or change the one of its code. Refused when the set has more than 60."""
    version = draft(survey)
    there = version.questions.filter(code=question.code).first()
    if there is None and version.questions.count() >= rules.MAX_QUESTIONS:
        raise Refused(str(FAULTS["too_many_questions"]))
    question.pk = there.pk if there else None
    question.version = version
    question.position = there.position if there else _last(version) + 1
    question.save(force_update=there is not None, force_insert=there is None)
    _edited(survey, question.code, by)
    return question


@transaction.atomic
def remove(survey: Survey, code: str, *, by: Actor) -> None:
    """Take a question out. What hangs on it is told when the survey is opened."""
    draft(survey).questions.filter(code=code).delete()
    _edited(survey, code, by)


@transaction.atomic
def move(survey: Survey, code: str, steps: int, *, by: Actor) -> None:
    """Move a question up (-1) or down (1); at the end of the list it stays."""
    version = draft(survey)
    codes = list(version.questions.order_by("position").values_list("code", flat=True))
    if code not in codes:
        return
    at = codes.index(code)
    codes.insert(max(0, at + steps), codes.pop(at))
    version.questions.update(position=F("position") + 10_000)  # no two at one place on the way
    for place, moved in enumerate(codes, 1):
        version.questions.filter(code=moved).update(position=place)
    _edited(survey, code, by)


def _last(version: SurveyVersion) -> int:
    last = version.questions.order_by("-position").first()
    return last.position if last else 0


def _edited(survey: Survey, code: str, by: Actor) -> None:
    detail = {"question": code}
    audit.record(by=by, verb="edit_survey", subject_type="survey", subject_id=survey.pk, detail=detail)


def faults(survey: Survey) -> list[str]:
    """Why it cannot be opened, in sentences; [] when it can."""
    questions = list(queries.newest(survey).questions.order_by("position"))
    texts = {question.code: question.text_zh for question in questions}
    found = rules.faults_of([queries.asked(question) for question in questions])
    said = [str(FAULTS[fault]) % {"question": texts.get(code, code)} for code, fault in found]
    if survey.trigger and survey.template is None:
        said.append(_("Choose the message that members are asked by."))
    if survey.first_day and survey.last_day and survey.last_day < survey.first_day:
        said.append(_("The last day lies before the first."))
    return said


@transaction.atomic
def open_up(survey: Survey, *, by: Actor) -> None:
    """Put the newest version before people: from now on it is not changed any more. Refused with its faults.

    Its first day is today where none is set, so that nobody is asked about what was over before.
    """
    locked = Survey.objects.select_for_update().get(pk=survey.pk)
    if found := faults(locked):
        raise Refused(*found)
    version = queries.newest(locked)
    SurveyVersion.objects.filter(pk=version.pk, frozen_at__isnull=True).update(frozen_at=clock.now())
    if locked.first_day is None:
        Survey.objects.filter(pk=locked.pk).update(first_day=clock.local_date(clock.now(), merchants.current().zone))
    _into(locked, State.OPEN, {"version": version.number}, by)


@transaction.atomic
def close(survey: Survey, *, by: Actor) -> None:
    """Ask and take no more answers. It may be opened again."""
    _into(Survey.objects.select_for_update().get(pk=survey.pk), State.CLOSED, {}, by)


def _into(survey: Survey, state: str, detail: dict[str, Any], by: Actor) -> None:
    Survey.objects.filter(pk=survey.pk).update(state=state)
    said = {"state": state, **detail}
    audit.record(by=by, verb="change_survey", subject_type="survey", subject_id=survey.pk, detail=said)
