"""What members of both stores of the sentinel shop were asked, answered and complained of."""

import datetime as dt
from typing import Any

from members.lib import clock, secret_links
from members.lib.actor import system
from members.models import Member, Message, MessageTemplate, Order, Store
from surveys.models import (
    Action,
    Answer,
    BusinessHours,
    Cause,
    Holiday,
    Note,
    ReplyTemplate,
    Response,
    ResponseTarget,
    Review,
    Survey,
    SurveyInvitation,
    Theme,
    ThemeMark,
)
from surveys.services import cases, follow_ups, links, surveys
from surveys.services.cases import Told

BY = system("test")
DAY = dt.date(2026, 5, 4)


def of_store(member: Member, order: Order, words: str) -> dict[str, Any]:
    """A survey of the store, its code, an invitation, an answer, a review, a note, a case and a call."""
    store = order.store
    survey = surveys.make(name=f"Survey {store.code}", template="service", by=BY)
    Survey.objects.filter(pk=survey.pk).update(trigger="")
    surveys.open_up(Survey.objects.get(pk=survey.pk), by=BY)
    survey.stores.add(store)
    version = survey.versions.get()
    invitation = SurveyInvitation.objects.create(
        survey=survey, key=f"order-{order.pk}", member=member, order=order, store=store, asked_on=DAY,
        token_hash=secret_links.hashed(f"s{store.pk}"), expires_at=clock.now() + dt.timedelta(days=9),
    )  # fmt: skip
    response = Response.objects.create(
        survey=survey, version=version, invitation=invitation, way="link", member=member, store=store, order=order,
        key=f"invitation-{invitation.pk}", business_date=DAY, completed_at=clock.now(),
    )  # fmt: skip
    answer = Answer.objects.create(response=response, question=version.questions.get(code="missing"), text=words)
    review = Review.objects.create(
        source="site", number=f"V{store.pk}", member=member, store=store, business_date=DAY, rating=2, text=words
    )
    note = Note.objects.create(kind="interview", title=words, text=words, store=store, business_date=DAY, made_by="x")
    case = cases.open_case(Told("phone", words, member=member, store=store, order=order), by=BY)
    call = follow_ups.plan(member, key=f"c{store.pk}", reason=words, due_on=DAY, by=BY)
    action = Action.objects.create(title=words, text=words, due_on=DAY, began_on=DAY, metric="nps", made_by="x")
    action.stores.add(store)
    theme = Theme.objects.get_or_create(code="waiting", defaults={"name_zh": "等待", "name_en": "Waiting"})[0]
    return {
        "survey": survey.pk, "surveyversion": version.pk, "surveyinvitation": invitation.pk,
        "publiclink": links.hang_out(survey, store, by=BY).pk,
        "complaintlink": links.hang_out_for_complaints(store, by=BY).pk, "response": response.pk, "answer": answer.pk,
        "review": review.pk, "note": note.pk, "case": case.pk, "case_number": case.number, "followup": call.pk,
        "action": action.pk,
        "thememark": ThemeMark.objects.create(theme=theme, review=review).pk, "theme": theme.pk,
        **_of_messages(member, store),
    }  # fmt: skip


def _of_messages(member: Member, store: Store) -> dict[str, Any]:
    template = MessageTemplate.objects.get_or_create(
        name="Invitation", defaults={"channel": "email", "body_zh": "请填写", "body_en": "Please answer"}
    )[0]
    message = Message.objects.create(
        key=f"m{store.pk}", member=member, template=template, channel="email", purpose="service"
    )
    return {"messagetemplate": template.pk, "message": message.pk}


def of_all() -> dict[str, Any]:
    """What is the merchant's and of no store."""
    minutes = {"first_minutes": 60, "resolve_minutes": 480}
    hours = BusinessHours.objects.create(weekday=0, opens=dt.time(9), closes=dt.time(18))
    return {
        "businesshours": hours.pk, "holiday": Holiday.objects.create(day=DAY).pk,
        "responsetarget": ResponseTarget.objects.get_or_create(priority=1, defaults=minutes)[0].pk,
        "cause": Cause.objects.get_or_create(code="test", defaults={"name_zh": "慢", "name_en": "Slow"})[0].pk,
        "replytemplate": ReplyTemplate.objects.create(name="Sorry", text_zh="抱歉", text_en="Sorry").pk,
    }  # fmt: skip
