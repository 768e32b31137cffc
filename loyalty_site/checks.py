"""What must hold before the desk starts, beyond Django's own checks."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.urls import URLPattern, URLResolver, get_resolver

from members.lib.roles import Right

OWN_RIGHTS = {"admin"}  # Django admin asks its own permissions, view by view

SHORTEST_SECRET = 20


def every_view_declares_a_right(app_configs: object = None, **_kwargs: Any) -> list[CheckMessage]:
    """One error for each address whose view says not (`@needs`) who may open it."""
    return undeclared(get_resolver().url_patterns)


def text_messages_can_be_sent(app_configs: object = None, **_kwargs: Any) -> list[CheckMessage]:
    """Who sends text messages is known, and has been given what it needs."""
    needed = {
        "folder": (), "aliyun": ("SMS_KEY_ID", "SMS_KEY_SECRET", "SMS_SIGN_NAME"),
        "tencent": ("SMS_KEY_ID", "SMS_KEY_SECRET", "SMS_SIGN_NAME", "SMS_APP_ID"),
    }  # fmt: skip
    if settings.SMS_GATEWAY not in needed:
        return [Error(f"SMS_GATEWAY is none of {', '.join(needed)}.", id="loyalty.E002")]
    missing = [name for name in needed[settings.SMS_GATEWAY] if not getattr(settings, name)]
    found: list[CheckMessage] = [
        Error(f"SMS_GATEWAY={settings.SMS_GATEWAY} needs {name}.", id="loyalty.E003") for name in missing
    ]
    if settings.SMS_RECEIPT_SECRET and len(settings.SMS_RECEIPT_SECRET) < SHORTEST_SECRET:
        found.append(Error(f"SMS_RECEIPT_SECRET has fewer than {SHORTEST_SECRET} signs.", id="loyalty.E004"))
    return found


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
