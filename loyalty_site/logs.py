"""How log lines look: for people, or one JSON object a line. Neither tells anything about a person.

Addresses are told by their pattern (`members/<str:number>/`) and without their query; of an error the place and the
kind, not its text, which may quote somebody's phone number.
"""

import datetime as dt
import json
import logging
import traceback
from types import TracebackType
from typing import Any

from django.http import HttpRequest

from members.lib import request_id

_Exception = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
FIELDS = ("method", "route", "view", "status", "ms", "job", "kind")  # what a message may carry beside its text


class InOneLine(logging.Filter):
    """A refused request (403, 404) is a line in the log; the stack of calls belongs to errors of ours."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.ERROR:
            record.exc_info = None
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest) and isinstance(record.args, tuple) and len(record.args) == 2:
            record.args = (record.args[0], route_of(request))  # Django names the path
        return True


class WithRequest(logging.Filter):
    """Each line knows the request, or the job, that it was written for."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.current() or "-"
        return True


def route_of(request: HttpRequest) -> str:
    """The pattern of the address; "?" for one that is not ours."""
    match = request.resolver_match
    return f"/{match.route}" if match else "?"


class Lines(logging.Formatter):
    """For people."""

    def formatException(self, ei: _Exception) -> str:  # noqa: N802 - logging's own name
        return _where(ei)


class JsonLines(logging.Formatter):
    """For machines: an object a line."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {
            "time": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": getattr(record, "request_id", "-"),
        }
        said |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info:
            said["error"] = _where(record.exc_info)
        return json.dumps(said, ensure_ascii=False, default=str)


def _where(found: _Exception) -> str:
    """The kind of an error and where it arose, from the first cause on; without the texts."""
    kind, error, trace = found
    if kind is None or error is None:
        return ""
    cause = error.__cause__ or error.__context__
    before = [_where((type(cause), cause, cause.__traceback__)), "which led to"] if cause else []
    return "\n".join([*before, kind.__qualname__, "".join(traceback.format_tb(trace))])
