"""What must hold before the desk starts, beyond Django's own checks."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.checks import CheckMessage, Error
from django.urls import URLPattern, URLResolver, get_resolver

from members.lib.roles import Right

OWN_RIGHTS = {"admin"}  # Django admin asks its own permissions, view by view


def every_view_declares_a_right(app_configs: object = None, **_kwargs: Any) -> list[CheckMessage]:
    """One error for each address whose view says not (`@needs`) who may open it."""
    return undeclared(get_resolver().url_patterns)


def undeclared(patterns: Sequence[URLPattern | URLResolver]) -> list[CheckMessage]:
    return [
        Error(
            f"{address} has a view that declares no right.",
            hint="Decorate it with members.lib.access.needs(Right.…).",
            obj=pattern.lookup_str,
            id="loyalty.E001",
        )
        for address, pattern in _walk(patterns, "/")
        if not isinstance(getattr(pattern.callback, "right", None), Right)
    ]


def _walk(patterns: Sequence[URLPattern | URLResolver], prefix: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield address, pattern
        elif pattern.app_name not in OWN_RIGHTS:
            yield from _walk(pattern.url_patterns, address)
