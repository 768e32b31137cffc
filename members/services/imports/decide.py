"""Decisions about groups of problems: kept with the import's options, and the file is checked again with them."""

import copy
import dataclasses
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from members.lib.actor import Actor
from members.models import Channel, ImportBatch, Job, Store
from members.rules.imports import decisions
from members.services import audit, imports

KEEP, TAKE = "keep", "take"


class UnknownDecision(ValueError):
    """It was not offered: no such field, value or action."""


def read_as(batch: ImportBatch, field: str, meant: Mapping[str, str], *, by: Actor) -> Job | None:
    """Let written values of a field stand for known ones ("" takes a decision back). None while it is worked on."""
    if not meant:
        raise UnknownDecision(field)
    for value in meant.values():
        if value and not _is_known(field, value):
            raise UnknownDecision(field)
    return _kept(batch, "values", {field: dict(meant)}, by)


def settle(batch: ImportBatch, field: str, code: str, action: str, *, by: Actor) -> Job | None:
    """Say what all rows with a problem become: zero, blank, skip; "" takes it back. None while it is worked on."""
    if action and action not in decisions.actions(batch.kind, field, code):
        raise UnknownDecision(action)
    return _kept(batch, "codes", {f"{field}:{code}": action}, by)


def choose(batch: ImportBatch, field: str, choice: str, *, by: Actor) -> Job | None:
    """Where stored values of members differ from the file's: keep ours, or take the file's."""
    if choice not in {KEEP, TAKE, ""}:
        raise UnknownDecision(choice)
    return _kept(batch, "differing", {field: choice}, by)


def _is_known(field: str, value: str) -> bool:
    if field in decisions.CHOICES:
        return value in decisions.CHOICES[field]
    places = {"store": Store.objects.all(), "channel": Channel.objects.all()}
    return field in places and places[field].filter(code=value).exists()


@transaction.atomic
def _kept(batch: ImportBatch, part: str, more: Mapping[str, Any], by: Actor) -> Job | None:
    chosen = imports.chosen_for(batch)
    kept = _merged(chosen.decisions, part, more)
    job = imports.check(batch, by=by, chosen=dataclasses.replace(chosen, decisions=kept))
    if job is not None:
        detail = {"before": chosen.decisions, "after": kept}
        audit.record(by=by, verb="decide", subject_type="import", subject_id=batch.pk, detail=detail)
    return job


def _merged(before: Mapping[str, Any], part: str, more: Mapping[str, Any]) -> dict[str, Any]:
    """The decisions with some more of a part; what is "" or empty is taken out."""
    kept = copy.deepcopy(dict(before))
    there = kept.setdefault(part, {})
    for key, value in more.items():
        there[key] = there.get(key, {}) | value if isinstance(value, dict) else value
        if isinstance(value, dict):
            there[key] = {name: meant for name, meant in there[key].items() if meant}
    kept[part] = {key: value for key, value in there.items() if value}
    return {name: value for name, value in kept.items() if value}
