"""Names that staff give to what they keep: presets, segments, views, tags."""

from collections.abc import Collection
from typing import Any

from django.db import models


class BadName(ValueError):
    """It cannot bear this name: `blank`, `long`, or `taken`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def checked(model: type[models.Model], name: str, of: models.Model | None = None, taken: Collection[str] = ()) -> str:
    """The name without blanks around it. BadName when another one (not `of`) bears it, or when it is no name."""
    name = name.strip()
    if not name:
        raise BadName("blank")
    field: Any = model._meta.get_field("name")
    if len(name) > field.max_length:
        raise BadName("long")
    others: Any = model.objects  # type: ignore[attr-defined]
    if name in taken or others.filter(name=name).exclude(pk=of.pk if of else None).exists():
        raise BadName("taken")
    return name
