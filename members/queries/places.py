"""Stores and channels by their numbers, as figures name them; a name is no secret of a store."""

from members.models import Channel, Store


def stores() -> dict[int, tuple[str, str]]:
    """Number -> (code, name) of every store."""
    return {pk: (code, name) for pk, code, name in Store.objects.values_list("id", "code", "name")}


def channels() -> dict[int, tuple[str, str]]:
    """Number -> (code, name) of every channel."""
    return {pk: (code, name) for pk, code, name in Channel.objects.values_list("id", "code", "name")}
