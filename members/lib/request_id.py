"""The id by which the log lines of one request, and of the jobs it asked for, are found together."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

LENGTH = 64
_WELL_FORMED = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._-]{{7,{LENGTH - 1}}}")
_current: ContextVar[str] = ContextVar("request_id", default="")


def current() -> str:
    """The id of what runs just now; "" outside of requests and jobs."""
    return _current.get()


def taken_or_made(given: str) -> str:
    """The id that a proxy gave, when it is one; else a new one. What else a header may hold reaches no log."""
    return given if _WELL_FORMED.fullmatch(given) else secrets.token_hex(8)


@contextmanager
def carried(request_id: str) -> Iterator[None]:
    """Within, `current()` is this id."""
    token = _current.set(request_id)
    try:
        yield
    finally:
        _current.reset(token)
