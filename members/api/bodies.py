"""Bodies of requests: strict JSON, of a bounded size, numbers to the last digit."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import IO, Any, NoReturn

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser


class TooLarge(APIException):
    """The body is larger than a request may be."""

    status_code = 413
    default_code = "too_large"


class ExactJSONParser(JSONParser):
    """12.50 stays 12.50; NaN, lone surrogates, a key that comes twice and bottomless nesting are no JSON to us."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        text = _text(stream)
        try:
            found = json.loads(
                text, parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_without_repeats
            )
            if "\\u" in text:
                json.dumps(found, default=str, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as error:
            raise ParseError(_("The body is not JSON: %(why)s.") % {"why": _reason(error)}) from error
        return found


def _text(stream: IO[Any]) -> str:
    content = stream.read(settings.API_MAX_BYTES + 1)
    if len(content) > settings.API_MAX_BYTES:
        limit = settings.API_MAX_BYTES // 2**20
        raise TooLarge(_("The body is larger than %(limit)s MB. Send less at a time.") % {"limit": limit})
    try:
        text: str = content.decode()
    except UnicodeDecodeError as error:
        raise ParseError(_("The body is not JSON: %(why)s.") % {"why": "UTF-8"}) from error
    return text


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key comes twice")
    return found


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg}, line {error.lineno}, column {error.colno}"
    if isinstance(error, UnicodeError):
        return "half of a character (a lone surrogate)"
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)[:100]
