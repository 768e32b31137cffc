"""Saved views of the member list: kept and deleted."""

from collections.abc import Mapping, Sequence

from django.db import transaction

from members.lib.actor import Actor
from members.models import SavedView
from members.services import audit, names


@transaction.atomic
def save(name: str, params: Mapping[str, Sequence[str]], *, is_shared: bool, by: Actor) -> SavedView:
    """Keep filters, sort and columns. BadName when the name will not do."""
    kept = {key: list(values) for key, values in params.items()}
    view = SavedView.objects.create(
        name=names.checked(SavedView, name), params=kept, is_shared=is_shared, made_by=by.name, user_id=by.user_id
    )
    _audited("create", view, by)
    return view


@transaction.atomic
def delete(view: SavedView, *, by: Actor) -> None:
    """Forget it; the list stays as it is."""
    _audited("delete", view, by)
    view.delete()


def _audited(verb: str, view: SavedView, by: Actor) -> None:
    detail = {"name": view.name, "filters": view.params, "shared": view.is_shared}
    audit.record(by=by, verb=verb, subject_type="saved_view", subject_id=view.pk, detail=detail)
