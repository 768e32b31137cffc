"""docs/api.md: its examples are sent as they stand, one after the other, and answered as they say."""

import datetime as dt
import json
import re
import shlex
from typing import Any
from urllib.parse import urlsplit

import time_machine
from django.conf import settings
from django.test import Client

from loyalty_site.tests.docs.blocks import both, held
from members.lib.roles import Scope
from members.models import Merchant, Store
from members.tests import bearer

TEXT = (settings.BASE_DIR / "docs/api.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```sh\n(curl .*?)```\s+```json\n(.*?)```", TEXT, re.DOTALL)
NOW = dt.datetime(2026, 5, 4, 2, 13, tzinfo=dt.UTC)


def ask(till: Client, command: str) -> Any:
    """What curl would get."""
    words = shlex.split(command)
    address = next(word for word in words if word.startswith("$DESK")).removeprefix("$DESK")
    given = [words[at + 1] for at, word in enumerate(words) if word == "-H"]
    assert "Authorization: Bearer $TOKEN" in given
    sent = (line.partition(": ") for line in given)
    headers = {name: value for name, _, value in sent if name in {"Accept-Language", "Idempotency-Key"}}
    if "-d" not in words:
        return till.get(address, headers=headers).json()
    assert "Content-Type: application/json" in given
    body = words[words.index("-d") + 1]
    return till.post(urlsplit(address).path, body, content_type="application/json", headers=headers).json()


def comparable(answer: Any) -> Any:
    """Keys of the database are what they happen to be."""
    text = re.sub(r'"id": \d+', '"id": 0', json.dumps(answer, ensure_ascii=False))
    return json.loads(re.sub(r"HT-\d+", "HT-0", text))


def test_every_example_is_answered_as_it_says(merchant: Merchant) -> None:
    assert len(EXAMPLES) == TEXT.count("curl ")
    store = Store.objects.create(code="S1", name="First")
    with time_machine.travel(NOW, tick=False):
        till = bearer.client(*(set(Scope) - {Scope.WHOLE_CONTACTS}), stores=[store])
        for command, answer in EXAMPLES:
            assert comparable(ask(till, command)) == comparable(json.loads(answer)), command


def test_the_scopes_are_those_of_the_code() -> None:
    rows = [f"| `{scope.value}` | {both(scope.label)} |" for scope in Scope]
    held("api.md", "scopes", "\n".join(["| scope | allows |", "|---|---|", *rows]))
