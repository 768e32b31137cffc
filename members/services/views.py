"""Saved views of the member list: kept, renamed, deleted."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from members.lib.actor import Actor
from members.models import SavedView
from members.services import audit, names


@transaction.atomic
def save(name: str, params: Mapping[str, Sequence[str]], *, is_shared: bool, by: Actor) -> SavedView:
    """Keep filters, sort and columns. BadName when the name will not do."""
    kept = {key: list(values) for key, values in params.items()}
    name = names.checked(SavedView, name)
    with names.unique():
        view = SavedView.objects.create(
            name=name, params=kept, is_shared=is_shared, made_by=by.name, user_id=by.user_id
        )
    _audited("create", view, by, _said(view))
    return view


@transaction.atomic
def rename(view: SavedView, name: str, *, by: Actor) -> None:
    """Give it another name. BadName when that will not do."""
    before, view.name = view.name, names.checked(SavedView, name, view)
    with names.unique():
        view.save(update_fields=["name"])
    _audited("rename", view, by, {"before": before, "after": view.name})


@transaction.atomic
def delete(view: SavedView, *, by: Actor) -> None:
    """Forget it; the list stays as it is."""
    _audited("delete", view, by, _said(view))
    view.delete()


def _said(view: SavedView) -> dict[str, Any]:
    return {"name": view.name, "filters": view.params, "shared": view.is_shared}


def _audited(verb: str, view: SavedView, by: Actor, detail: dict[str, Any]) -> None:
    audit.record(by=by, verb=verb, subject_type="saved_view", subject_id=view.pk, detail=detail)
