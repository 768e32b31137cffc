"""The one form in which the API says what is wrong."""

from collections.abc import Iterable, Mapping
from typing import Any


def body(error: str, code: str, fields: Iterable[Mapping[str, str]] = (), **more: Any) -> dict[str, Any]:
    """`error`: a sentence in the reader's language; `code`: a word for machines; `fields`: field, code and error."""
    return {"error": error, "code": code, "fields": list(fields), **more}
