"""Saved presets: how one export of this merchant is read, kept under a name for the next file of its kind."""

import dataclasses
from typing import Any

from django.db import transaction

from members.lib.actor import Actor
from members.models import ImportBatch, ImportPreset
from members.rules.imports.fields import key
from members.rules.imports.layout import Layout
from members.rules.imports.presets import PRESETS
from members.rules.imports.problems import Refused
from members.services import audit, names
from members.services.imports import options, staging
from members.services.imports.options import Options

BUILT_IN = ("auto", "generic", *PRESETS)


@transaction.atomic
def save(batch: ImportBatch, name: str, *, by: Actor) -> ImportPreset:
    """Keep how an import is read: matching, kind, zones, store, source and decisions."""
    name = names.checked(ImportPreset, name, taken=BUILT_IN)
    chosen = options.of(batch)
    layout = staging.open_table(options.file_path(batch), options.reading(chosen)).layout
    kept = dataclasses.replace(chosen, saved="", kind=layout.kind, columns=_columns(layout), preset=_base(layout))
    header = sorted(key(column.header) for column in layout.columns if column.field)
    with names.unique():
        preset = ImportPreset.objects.create(name=name, header=header, options=kept.stored(), created_by=by.name)
    _audited("create", preset, by, {"name": name, "import": batch.pk})
    ImportBatch.objects.filter(pk=batch.pk).update(options=dataclasses.replace(chosen, saved=name).stored())
    return preset


def _columns(layout: Layout) -> dict[str, str]:
    return {"*": "", **{column.field: column.header for column in layout.columns if column.field}}


def _base(layout: Layout) -> str:
    return layout.preset.name if layout.preset else "generic"


@transaction.atomic
def rename(preset: ImportPreset, name: str, *, by: Actor) -> None:
    """Give it another name. Imports that it has read keep the old one."""
    before, preset.name = preset.name, names.checked(ImportPreset, name, preset, BUILT_IN)
    with names.unique():
        preset.save(update_fields=["name"])
    _audited("rename", preset, by, {"before": before, "after": preset.name})


@transaction.atomic
def delete(preset: ImportPreset, *, by: Actor) -> None:
    """Forget it; what it has read stays as it is."""
    _audited("delete", preset, by, {"name": preset.name, "options": preset.options})
    preset.delete()


def _audited(verb: str, preset: ImportPreset, by: Actor, detail: dict[str, Any]) -> None:
    audit.record(by=by, verb=verb, subject_type="import_preset", subject_id=preset.pk, detail=detail)


def recognise(batch: ImportBatch) -> ImportPreset | None:
    """Read a new file by the saved preset whose columns are all there, the one with the most of them."""
    chosen = options.of(batch)
    try:
        header = staging.open_table(options.file_path(batch), options.reading(chosen)).header
    except Refused:
        return None
    there = {key(cell) for cell in header}
    fitting = [preset for preset in ImportPreset.objects.all() if preset.header and there.issuperset(preset.header)]
    if not fitting:
        return None
    best = max(fitting, key=lambda preset: (len(preset.header), preset.pk))
    batch.options = _by(best, chosen).stored()
    batch.save(update_fields=["options"])
    return best


def expanded(chosen: Options) -> Options:
    """With the name of a saved preset: its options, under those that were given. Refused when there is none."""
    if chosen.preset in BUILT_IN:
        return chosen
    preset = ImportPreset.objects.filter(name=chosen.preset).first()
    if preset is None:
        known = ImportPreset.objects.values_list("name", flat=True)
        raise Refused("preset_unknown", preset=chosen.preset, known=", ".join([*BUILT_IN, *known]))
    return _by(preset, chosen)


def _by(preset: ImportPreset, chosen: Options) -> Options:
    """The options of a saved preset; what was asked for besides goes before them."""
    unasked, kept = Options().stored(), Options(**preset.options)
    more = {name: value for name, value in chosen.stored().items() if value != unasked[name]}
    more |= {"preset": kept.preset, "columns": kept.columns | chosen.columns, "saved": preset.name}
    return dataclasses.replace(kept, **more)
