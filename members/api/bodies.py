"""Bodies of requests: strict JSON, of a bounded size, numbers to the last digit."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import IO, Any, NoReturn

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser

LONGEST_NUMBER = 1000


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
                text, parse_float=Decimal, parse_int=_whole, parse_constant=_no_constant,
                object_pairs_hook=_without_repeats,
            )  # fmt: skip
            if "\\u" in text:
                json.dumps(found, default=str, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as error:
            raise ParseError(_reason(error)) from error
        return found


def _text(stream: IO[Any]) -> str:
    content = stream.read(settings.API_MAX_BYTES + 1)
    if len(content) > settings.API_MAX_BYTES:
        limit = settings.API_MAX_BYTES // 2**20
        raise TooLarge(_("The body is larger than %(limit)s MB. Send less at a time.") % {"limit": limit})
    try:
        text: str = content.decode()
    except UnicodeDecodeError as error:
        raise ParseError(_("The body is not JSON: it is not written in UTF-8.")) from error
    return text


class _NoJson(ValueError):
    """Python would read it, we do not; the text says why, for the reader."""


def _whole(digits: str) -> int:
    """A number of more digits than anything is counted in would only keep the server busy."""
    if len(digits) > LONGEST_NUMBER:
        sentence = _("The body is not JSON: a number has more than %(limit)s digits.")
        raise _NoJson(sentence % {"limit": LONGEST_NUMBER})
    return int(digits)


def _no_constant(name: str) -> NoReturn:
    raise _NoJson(_("The body is not JSON: %(name)s is no number.") % {"name": name})


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _NoJson(_("The body is not JSON: a key comes twice."))
    return found


def _reason(error: Exception) -> str:
    if isinstance(error, _NoJson):
        return str(error)
    if isinstance(error, json.JSONDecodeError):
        place = {"line": error.lineno, "column": error.colno}
        return _("The body is not JSON: line %(line)s, column %(column)s cannot be read.") % place
    if isinstance(error, UnicodeError):
        return _("The body is not JSON: it holds half of a character (a lone surrogate).")
    return _("The body is not JSON: it is nested too deeply.")
