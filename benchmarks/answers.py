"""People who answer a survey by the code in a shop, at a steady rate on PostgreSQL, beside a view that does nothing."""

import itertools
import os
import re
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.core.management import call_command
from django.test import Client

from benchmarks import document, open_loop, served, shop
from benchmarks.measure import milliseconds
from benchmarks.open_loop import Request, Seen
from members.lib.actor import system
from members.models import Store
from surveys.models import Response, Survey
from surveys.services import links

SCALE = 0.1
RATES = (5.0, 15.0, 30.0)  # people a second; each opens the page and sends its first part
SECONDS = float(os.environ.get("BENCH_ANSWERS_SECONDS", "60"))
NOTHING, OPENED, SENT = "a view that does nothing", "the page, opened", "the first page, sent"


def run() -> str:
    """The section of docs/benchmarks.md."""
    call_command("collectstatic", interactive=False, verbosity=0)
    shop.opened(SCALE)
    survey = Survey.objects.earliest("pk")
    codes = [links.hang_out(survey, store, by=system("bench")).token for store in Store.objects.order_by("pk")]
    os.environ["SURVEY_ANSWERS_PER_MINUTE"] = "1000000"
    found: dict[float, dict[str, Seen]] = {}
    before = Response.objects.count()
    with served.served(Path(settings.DATA_DIR)) as desk:
        kinds = _makers(codes)
        open_loop.run(desk.port, dict.fromkeys(kinds, 2.0), 10)  # warm
        for rate in RATES:
            found[rate] = open_loop.run(desk.port, dict.fromkeys(kinds, rate), SECONDS)
    taken = sum(len(seen[SENT].seconds) for seen in found.values())
    kept = Response.objects.count() - before
    if kept < taken:
        raise RuntimeError(f"{taken} answers were acknowledged, but only {kept} were kept")
    return _section(found)


def _makers(codes: list[str]) -> list[open_loop.Next]:
    """Who opens the page of a store, who sends its first part as somebody new, and who asks for nothing."""
    token, cookie = _csrf(codes[0])
    headers = {"Host": "testserver", "Cookie": f"csrftoken={cookie}"}
    form = {**headers, "Content-Type": "application/x-www-form-urlencoded"}
    places, scores = itertools.cycle(codes), itertools.cycle(range(11))

    def sent() -> Request:
        body = urlencode({"csrfmiddlewaretoken": token, "page": "1", "nps": next(scores)}).encode()
        return Request(SENT, "POST", f"/s/{next(places)}/", form, body)

    return [
        lambda: Request(NOTHING, "GET", "/nothing/", headers),
        lambda: Request(OPENED, "GET", f"/s/{next(places)}/", headers),
        sent,
    ]


def _csrf(code: str) -> tuple[str, str]:
    """A token and its cookie, which every sender shares."""
    client = Client()
    page = client.get(f"/s/{code}/").content.decode()
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    if found is None:
        raise RuntimeError("the page has no token")
    return found[1], client.cookies["csrftoken"].value


def _section(found: dict[float, dict[str, Seen]]) -> str:
    rows = [
        _row(f"{rate:g} a second", name, seen[name], seen[NOTHING])
        for rate, seen in found.items()
        for name in (NOTHING, OPENED, SENT)
    ]
    return "\n".join(
        [
            "## Answers by the code in a shop, PostgreSQL\n",
            f"gunicorn (2 processes of 8 threads), worker, scheduler and this driver share the machine. People open the"
            f" page and send its first part (the answer is the way to the next page), each somebody"
            f" new, in open loop: whatever waits counts from when it was"
            f" due; as often the view that answers “ok” is asked. {SECONDS:g} seconds at each rate; the limit of"
            f" answers a minute by one code is lifted. The load average at the end was {os.getloadavg()[0]:.1f}."
            f" {document.machine()}.\n",
            document.table(("rate", "", "median", "95 %", "95 % / nothing", "answers", "errors"), rows),
        ]
    )


def _row(rate: str, name: str, seen: Seen, bare: Seen) -> list[str]:
    late = seen.percentile(95)
    errors = ", ".join(f"{count} × {what}" for what, count in seen.other.items()) or "0"
    return [
        rate, name, milliseconds([seen.percentile(50)]), milliseconds([late]), f"{late / bare.percentile(95):.1f}",
        f"{len(seen.seconds):,}", errors,
    ]  # fmt: skip
