"""A till for tests: a client with a token that sends changes under a key."""

import itertools
import json
from collections.abc import Sequence
from typing import Any

from django.test import Client

from members.lib.roles import Scope
from members.models import Store
from members.tests import bearer

TILL = "/api/v1/till"
_keys = itertools.count()


def till(stores: Sequence[Store] | None = None, name: str = "till", source: str = "api") -> Client:
    return bearer.client(Scope.TILL, stores=stores, name=name, source=source)


def send(client: Client, address: str, body: Any, key: str | None = None) -> Any:
    """The answer to a change; a new key each time unless one is named."""
    key = f"k{next(_keys)}" if key is None else key
    return client.post(f"{TILL}/{address}", json.dumps(body), "application/json", headers={"Idempotency-Key": key})


def done(answer: Any, status: int = 200) -> Any:
    """What it says, of an answer that must be of this status."""
    assert answer.status_code == status, answer.content.decode()
    return answer.json()
