"""A year of answers, complaints, reviews and calls of the demo shop.

Waiting at the counter is the planted driver of recommending, worst in one store; the drivers matrix is to find it.
After a complaint, who got an answer soon is satisfied more often.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from loyalty_site.demo.lots import lot
from members.lib import clock
from members.lib.actor import Actor
from members.models import Message, MessageTemplate, Order, Store, Touched, User
from members.queries import people
from surveys.models import (
    Answer,
    Case,
    CaseEntry,
    Cause,
    Question,
    Response,
    Review,
    Survey,
    SurveyInvitation,
    SurveyVersion,
    Theme,
)
from surveys.services import actions, cases, follow_ups, surveys, themes
from surveys.services.cases import Told

YEAR: Final = dt.timedelta(days=365)
ASKED, ANSWERED = 20, 40  # one order in so many is asked about; so many of a hundred answer
PARTS: Final = {
    "taste": (0, 0.22), "waiting": (16, 0.4), "staff": (6, 0.15), "place": (8, 0.05), "price": (14, 0.06),
    "ordering": (-6, 0.03), "points": (11, 0.09),
}  # fmt: skip
"""How much less than others each is liked (of a hundred customers), and its share in recommending."""
SLOW: Final = 22  # of a hundred, less than elsewhere where one waits longest
SLOW_STORE: Final = 1  # of the stores by their code: there one waits longer
SETTLED: Final = dt.timedelta(days=5)  # after a purchase, whoever answers has answered
SECOND_TILL: Final = dt.timedelta(weeks=16)  # before the end, since which one waits there no longer
LOW: Final = (
    "排了四十分钟，前面还有外卖单插队。", "等了二十五分钟，叫号也听不清。", "周末人太多，等太久了。",
    "积分说过期就过期，也没人提醒。",
    "奶茶偏甜，和上次不一样。", "店员态度冷淡。", "价格涨了，分量少了。", "座位没有人擦。",
)  # fmt: skip
HIGH: Final = (
    "店员记得我不要糖，很贴心。", "新品好喝。", "环境干净，愿意再来。", "下单方便，取货快。",
    "口味稳定。", "生日券很惊喜。",
)  # fmt: skip
CAUSES: Final = ("service_waiting", "service_waiting", "quality_defective", "service_cold", "price_value")


@dataclass(frozen=True, slots=True)
class Said:
    """What one customer answers: a score for each part, and one for recommending that waiting rules most."""

    parts: dict[str, int]
    nps: int
    text: str


def open_surveys(end: dt.date, by: Actor, *, driver: bool = True) -> None:
    """Everything below for the year before `end`. Without `driver`, waiting matters no more than anything else."""
    survey = _opened("到店体验", "purchase", end, by)
    asked = list(_asked(survey, end))
    _written(asked)
    SurveyInvitation.objects.bulk_create(asked, batch_size=500)
    slow = sorted({one.store_id for one in asked if one.store_id})[SLOW_STORE : SLOW_STORE + 1]
    mended = end - SECOND_TILL
    said = [
        (one, _said(one, is_slow=one.store_id in slow and one.asked_on < mended, driver=driver))
        for one in asked
        if lot("answers", _number(one)) % 100 < ANSWERED
    ]
    version = survey.versions.get()
    responses = [_response(version, one) for one, _words in said]
    Response.objects.bulk_create(responses, batch_size=500)
    both = list(zip(responses, [words for _one, words in said], strict=True))
    questions = _questions(version)
    rows = [row for response, words in both for row in _rows(response, words, questions)]
    Answer.objects.bulk_create(rows, batch_size=1_000)
    Touched.objects.bulk_create(Touched(kind=Touched.Kind.RESPONSE, key=one.pk) for one in responses)
    _reviews(end)
    _complaints(both, by)
    _after_service(end, by)
    list(themes.mark_all())
    _follow(responses, end, by)
    _improve(survey, slow, mended, end, by)


def _opened(name: str, template: str, end: dt.date, by: Actor) -> Survey:
    """A survey that has been open for the year and writes to nobody by itself."""
    survey = surveys.make(name=name, template=template, by=by)
    Survey.objects.filter(pk=survey.pk).update(trigger="", first_day=end - YEAR)
    surveys.open_up(Survey.objects.get(pk=survey.pk), by=by)
    return survey


def _questions(version: SurveyVersion) -> dict[str, Question]:
    return {one.code: one for one in version.questions.all()}


def _asked(survey: Survey, end: dt.date) -> Iterator[SurveyInvitation]:
    days = (end - YEAR + dt.timedelta(days=1), end - SETTLED)
    bought = people.purchases().filter(member__isnull=False, business_date__range=days)
    for order in bought.select_related("store").order_by("pk").iterator(chunk_size=5_000):
        if lot("asked", order.number) % ASKED == 0:
            at = order.ordered_at + dt.timedelta(days=2)
            yield SurveyInvitation(
                survey=survey, key=f"{survey.pk}-order-{order.pk}", member_id=order.member_id, order=order,
                store=order.store, channel_id=order.channel_id, asked_on=min(at.date(), end), made_at=at,
                expires_at=at + dt.timedelta(days=14),
            )  # fmt: skip


def _written(asked: list[SurveyInvitation]) -> None:
    """The messages that asked, all of them sent long ago; of a few no receipt came."""
    words = {"channel": "sms", "body_zh": "{name}，想听听您的感受：{link} 退订：{out}",
             "body_en": "{name}, how was it? {link} Opt out: {out}"}  # fmt: skip
    template, _is_new = MessageTemplate.objects.get_or_create(name="问卷邀请", defaults=words)
    messages = [_message(one, template) for one in asked]
    Message.objects.bulk_create(messages, batch_size=500)
    for one, message in zip(asked, messages, strict=True):
        one.message = message


def _message(one: SurveyInvitation, template: MessageTemplate) -> Message:
    is_told = lot("receipt", _number(one)) % 25 > 0
    return Message(
        key=f"survey-{one.key}", member_id=one.member_id or 0, template=template, channel="sms", purpose="service",
        state="delivered" if is_told else "sent", next_at=None, made_at=one.made_at, sent_at=one.made_at,
        delivered_at=one.made_at if is_told else None, about="survey",
    )  # fmt: skip


def _said(one: SurveyInvitation, *, is_slow: bool, driver: bool) -> Said:
    parts = {}
    for part, (harsh, _share) in PARTS.items():
        place = lot(part, _number(one)) % 100 + harsh + (SLOW if part == "waiting" and is_slow else 0)
        parts[part] = 5 if place < 52 else 4 if place < 82 else 3 if place < 102 else 2
    felt = sum(score * (PARTS[part][1] if driver else 1 / len(PARTS)) for part, score in parts.items())
    nps = max(0, min(10, round(felt * 3.2 - 4.9 + (lot("mood", _number(one)) % 100 - 50) / 36)))
    words = LOW if nps <= 6 else HIGH
    text = words[lot("words", _number(one)) % len(words)] if lot("writes", _number(one)) % 100 < 45 else ""
    if nps <= 6 and text and parts["waiting"] <= 3:
        text = LOW[lot("words", _number(one)) % 3]
    return Said(parts, nps, text)


def _response(version: SurveyVersion, one: SurveyInvitation) -> Response:
    when = lot("when", _number(one))
    at = one.made_at + dt.timedelta(days=when % 2, minutes=when % 170)  # soon, or the next day; never in the night
    zone = one.store.zone if one.store else "Asia/Shanghai"
    return Response(
        survey_id=version.survey_id, version=version, invitation=one, way="link", member_id=one.member_id,
        order_id=one.order_id, store_id=one.store_id, channel_id=one.channel_id, key=f"invitation-{one.pk}",
        started_at=at, completed_at=at + dt.timedelta(seconds=72), business_date=clock.local_date(at, zone), page=2,
        recorded_at=at,
    )  # fmt: skip


def _rows(response: Response, said: Said, questions: dict[str, Question]) -> Iterator[Answer]:
    yield Answer(response=response, question=questions["nps"], number=said.nps)
    for part, score in said.parts.items():
        yield Answer(response=response, question=questions["parts"], row=part, number=score)
    if said.text and said.nps <= 6:
        yield Answer(response=response, question=questions["why_low"], text=said.text)
    elif said.text and said.nps >= 9:
        yield Answer(response=response, question=questions["why_high"], text=said.text)


def _reviews(end: dt.date) -> None:
    orders = Order.objects.filter(voided_at=None, business_date__gt=end - YEAR, member__isnull=False)
    made = [
        Review(
            source="美团", number=f"MT{order.pk}", store_id=order.store_id, business_date=order.business_date,
            rating=(stars := (5, 5, 4, 4, 3, 2)[lot("stars", order.number) % 6]),
            text=(HIGH if stars >= 4 else LOW)[lot("review", order.number) % len(HIGH)],
        )
        for order in orders.order_by("pk").iterator(chunk_size=5_000)
        if lot("reviews", order.number) % 400 == 0
    ]  # fmt: skip
    Review.objects.bulk_create(made, batch_size=500)
    Touched.objects.bulk_create(Touched(kind=Touched.Kind.REVIEW, key=one.pk) for one in made)


def _complaints(responses: list[tuple[Response, Said]], by: Actor) -> None:
    """Cases for low scores with words, the newest of which are still to be worked, some of them too late."""
    low = [(one, said) for one, said in responses if said.nps <= 6 and said.text and one.completed_at is not None]
    causes = {cause.code: cause for cause in Cause.objects.filter(code__in=CAUSES)}
    for number, (one, said) in enumerate(sorted(low, key=lambda pair: -pair[0].pk)[:60]):
        opened = one.completed_at if number > 3 else clock.now() - dt.timedelta(hours=1 + 9 * number)
        told = Told("survey", said.text, member=one.member, store=one.store, order=one.order, response=one,
                    opened_at=opened)  # fmt: skip
        case = cases.open_case(told, by=by)
        if number > 3:
            _settled(case, causes.get(CAUSES[number % len(CAUSES)]), lot("case", number), by)


def _settled(case: Case, cause: Cause | None, draw: int, by: Actor) -> None:
    first, solved = 20 + draw % 400, 400 + draw % 2_000  # minutes
    at, workers = case.opened_at, list(User.objects.filter(role__in=["manager", "marketer"]).order_by("pk"))
    Case.objects.filter(pk=case.pk).update(
        state="closed", cause=cause, outcome=("solved", "compensated", "explained")[draw % 3],
        owner=workers[draw % len(workers)] if workers else None,
        first_response_at=at + dt.timedelta(minutes=first), first_minutes=first,
        resolved_at=at + dt.timedelta(minutes=solved), resolve_minutes=solved,
        closed_at=at + dt.timedelta(minutes=solved + 60),
    )  # fmt: skip
    CaseEntry.objects.create(
        case=case, kind="reply", text="已致电道歉，并送一张券。", detail={"way": "phone"}, by=by.name
    )


def _after_service(end: dt.date, by: Actor) -> None:
    """Those whose case is over were asked a day later: the longer it took, the fewer are satisfied."""
    survey = _opened("售后满意度", "service", end, by)
    closed = Case.objects.filter(state="closed", member__isnull=False, order__isnull=False, closed_at__isnull=False)
    known = closed.select_related("order", "store").order_by("pk")
    asked = [_asked_about(case, survey, end) for case in known if _is_settled(case, end)]
    _written(asked)
    SurveyInvitation.objects.bulk_create(asked)
    version = survey.versions.get()
    questions = _questions(version)
    for one in asked:
        draw, case = lot("service", _number(one)) % 100, one.case
        if draw >= 70 or case is None:
            continue
        response = _response(version, one)
        response.save()
        Touched.objects.create(kind=Touched.Kind.RESPONSE, key=response.pk)
        score = max(1, min(5, 5 - (case.resolve_minutes or 0) // 700 - (draw % 5 == 0)))
        Answer.objects.bulk_create([
            Answer(response=response, question=questions["easy"], number=min(7, score + 2)),
            Answer(response=response, question=questions["satisfied"], number=score),
        ])  # fmt: skip


def _is_settled(case: Case, end: dt.date) -> bool:
    return case.closed_at is not None and case.closed_at.date() <= end - SETTLED


def _asked_about(case: Case, survey: Survey, end: dt.date) -> SurveyInvitation:
    assert case.order is not None  # noqa: S101 - only such are asked for
    assert case.closed_at is not None  # noqa: S101 - likewise
    at = min(case.closed_at + dt.timedelta(days=1), clock.now())
    return SurveyInvitation(
        survey=survey, key=f"{survey.pk}-case-{case.pk}", member_id=case.member_id, order=case.order, case=case,
        store=case.store, channel_id=case.order.channel_id, asked_on=min(at.date(), end), made_at=at,
        expires_at=at + dt.timedelta(days=14),
    )  # fmt: skip


def _follow(responses: list[Response], end: dt.date, by: Actor) -> None:
    """A few calls, the first of them late."""
    for number, member in enumerate([one.member for one in responses[-4:] if one.member is not None]):
        follow_ups.plan(
            member, key=f"demo-{number}", reason="给了低分，店长回访",
            script="您好，我是青禾茶饮的店长，想为上次的等待向您道歉，也想听听怎样能做得更好。",
            due_on=end + dt.timedelta(days=number - 1), by=by,
        )  # fmt: skip


def _improve(survey: Survey, slow: list[int], mended: dt.date, end: dt.date, by: Actor) -> None:
    """An improvement that helped, where one waited longest, and one that is still to be done."""
    quiet = {"owner": User.objects.filter(role="admin").first(), "product": None, "cause": None, "target": None}
    first = actions.plan(
        {
            **quiet, "title": "加开第二个取餐窗口", "text": "高峰时段由一名店员专管外卖取餐，堂食不再排在外卖单后面。",
            "metric": "driver", "driver": "parts:waiting", "survey": survey, "weeks": 16, "target": Decimal("4.2"),
            "theme": Theme.objects.filter(code="waiting").first(), "due_on": end + dt.timedelta(days=7),
        },
        Store.objects.filter(pk__in=slow), by=by,
    )  # fmt: skip
    actions.begin(first, mended, by=by)
    actions.plan(
        {
            **quiet, "title": "积分到期前一周提醒", "text": "到期前七天发短信，写明多少分、能换什么。",
            "metric": "theme", "driver": "", "survey": None, "weeks": 8,
            "theme": Theme.objects.filter(code="points").first(),
            "due_on": end + dt.timedelta(days=12),
        },
        [], by=by,
    )  # fmt: skip


def _number(one: SurveyInvitation) -> str:
    """What is drawn by: the same in every database, unlike a key."""
    return one.order.number if one.order else ""
