"""Names that staff give to what they keep: presets, segments, views, tags."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, models, transaction


class BadName(ValueError):
    """It cannot bear this name: `blank`, `long` (more than `most` characters), or `taken`."""

    def __init__(self, reason: str, most: int = 0) -> None:
        super().__init__(reason)
        self.reason, self.most = reason, most


def checked(model: type[models.Model], name: str, of: models.Model | None = None, taken: Collection[str] = ()) -> str:
    """The name without blanks around it. BadName when another one (not `of`) bears it, or when it is no name."""
    name = name.replace("\x00", "").strip()  # which PostgreSQL keeps in no text
    if not name:
        raise BadName("blank")
    field: Any = model._meta.get_field("name")
    if len(name) > field.max_length:
        raise BadName("long", field.max_length)
    others: Any = model.objects  # type: ignore[attr-defined]
    if name in taken or others.filter(name=name).exclude(pk=of.pk if of else None).exists():
        raise BadName("taken")
    return name


@contextmanager
def unique() -> Iterator[None]:
    """Around the writing of a checked name: BadName when somebody else wrote the same one since it was checked."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as clash:
        raise BadName("taken") from clash
