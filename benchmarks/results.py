"""The results page of a survey, and the pages beside it, at a million answers; beside a view that does nothing."""

import datetime as dt
import os
import random
from collections.abc import Iterator

from django.core.management import call_command
from django.test import Client, override_settings
from django.urls import reverse

from analytics.services.publish import publish
from benchmarks import document, shop
from benchmarks.measure import in_turns
from benchmarks.pages import HEADINGS, measured, queries, row
from members.models import Member, Store, Touched
from surveys.models import Action, Answer, Question, Response, Survey
from surveys.services import themes

SCALE = 0.2
ROUNDS = 7
RESPONSES = int(os.environ.get("BENCH_RESPONSES", "125000"))  # of eight answers each
WORDS = ("等了很久", "服务很好", "价格有点贵", "环境不错", "积分怎么用？")
BATCH = 5_000


def run() -> str:
    """The section of docs/benchmarks.md."""
    call_command("collectstatic", interactive=False, verbosity=0)
    shop.opened(SCALE)
    survey = Survey.objects.earliest("pk")
    for first in range(0, RESPONSES, BATCH):
        _told(survey, first, min(BATCH, RESPONSES - first))
    list(themes.mark_all())
    publish()
    answers = Answer.objects.count()
    action = Action.objects.filter(began_on__isnull=False).earliest("pk")
    urls = {
        "Results, 90 days": reverse("analytics:survey-results", args=[survey.pk]),
        "Results, 12 months": reverse("analytics:survey-results", args=[survey.pk]) + "?range=12m",
        "Results of one store, 12 months": reverse("analytics:survey-results", args=[survey.pk])
        + f"?range=12m&store={Store.objects.earliest('pk').code}",
        "Improvement": reverse("analytics:action", args=[action.pk]),
        "Surveys": reverse("surveys:surveys"),
    }
    client = Client()
    client.force_login(shop.administrator(), backend="django.contrib.auth.backends.ModelBackend")
    rows = []
    with override_settings(ROOT_URLCONF="benchmarks.pages"):
        bare = measured(client, "/nothing/", forget=False)
        for name, url in urls.items():
            first_view, cached = measured(client, url, forget=True), measured(client, url, forget=False)
            costs = in_turns(ROUNDS, [bare, first_view, cached])
            rows.append(row(name, costs, [queries(client, url, forget=True), queries(client, url, forget=False)]))
    return _section(answers, rows)


def _told(survey: Survey, first: int, count: int) -> None:
    """Finished responses of a year, with a recommendation, seven scores for parts, and words from every fifth."""
    draw = random.Random(first)
    version = survey.versions.latest("pk")
    questions = {one.code: one for one in version.questions.all()}
    members = list(Member.objects.order_by("pk").values_list("pk", "home_store_id")[:20_000])
    responses = [
        Response(
            survey=survey, version=version, way="public", member_id=(who := members[(first + n) % len(members)])[0],
            store_id=who[1], key=f"bench-{first + n}", business_date=shop.END - dt.timedelta(days=draw.randrange(365)),
            completed_at=dt.datetime.combine(shop.END, dt.time(4), tzinfo=dt.UTC), page=2,
        )
        for n in range(count)
    ]  # fmt: skip
    Response.objects.bulk_create(responses, batch_size=1_000)
    Answer.objects.bulk_create(
        (answer for one in responses for answer in _answers(one, questions, draw)), batch_size=2_000
    )
    Touched.objects.bulk_create(Touched(kind=Touched.Kind.RESPONSE, key=one.pk) for one in responses)


def _answers(response: Response, questions: dict[str, Question], draw: random.Random) -> Iterator[Answer]:
    parts = questions["parts"]
    scores = [draw.choice((2, 3, 4, 4, 5, 5)) for _ in range(7)]
    yield Answer(response=response, question=questions["nps"], number=min(10, 2 * scores[1] + draw.randrange(2)))
    for line, score in zip(parts.rows, scores, strict=False):
        yield Answer(response=response, question=parts, row=line["code"], number=score)
    if draw.random() < 0.2:
        yield Answer(response=response, question=questions["more"], text=draw.choice(WORDS))


def _section(answers: int, rows: list[list[str]]) -> str:
    return "\n".join(
        [
            f"## Results of surveys at {answers:,} answers\n",
            f"{RESPONSES:,} finished responses of one year beside those of a small demo shop, on SQLite; an"
            f" administrator, in process and warm, as for the pages above: “first view” begins with an empty cache of"
            f" frames, “seen before” finds it filled, “nothing” is a view that answers “ok” behind the same middleware"
            f" in the same rounds. {ROUNDS} rounds, medians. {document.machine()}.\n",
            document.table(HEADINGS, rows),
        ]
    )
