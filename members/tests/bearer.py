"""Clients that use the API with a token, for the tests of every app."""

import datetime as dt
from collections.abc import Sequence

from django.test import Client

from members.lib import clock
from members.lib.actor import system
from members.lib.roles import Scope
from members.models import ApiToken, Store
from members.services import tokens


def issue(
    *scopes: Scope, stores: Sequence[Store] | None = None, name: str = "till", source: str = "api", days: int = 30
) -> tuple[ApiToken, str]:
    """A token for these stores (None: all), and its text."""
    return tokens.create(
        name=name, scopes=scopes, stores=stores, source=source, by=system("test"),
        expires_at=clock.now() + dt.timedelta(days=days),
    )  # fmt: skip


def bearing(text: str) -> Client:
    """A client that shows this token with every request and asks for English."""
    return Client(headers={"authorization": f"Bearer {text}", "accept-language": "en"})


def client(*scopes: Scope, stores: Sequence[Store] | None = None, name: str = "till", source: str = "api") -> Client:
    return bearing(issue(*scopes, stores=stores, name=name, source=source)[1])
