"""What an import was asked for, and what it therefore reads and assumes."""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import translation
from django.utils.translation import gettext as _

from members.lib import clock
from members.models import ImportBatch
from members.queries import merchants
from members.rules.imports import decisions
from members.rules.imports.layout import Layout
from members.rules.imports.layouts import Wish
from members.rules.imports.presets import Preset
from members.services.imports.places import Defaults
from members.services.imports.staging import Reading


@dataclass(frozen=True, slots=True)
class Options:
    """The options of the command and the wizard; "" and "auto" leave the choice to the file.

    `columns`: field -> header given by hand; with the key "*" no column is matched beside them.
    `decisions`: {"values": {field: {written value: what it stands for}}, "codes": {"field:code": "zero", "blank" or
    "skip"}, "differing": {field: "keep" or "take"}}. `saved`: the saved preset that these options came from.
    """

    preset: str = "auto"
    kind: str = "auto"
    columns: dict[str, str] = field(default_factory=dict)
    encoding: str = ""
    timezone: str = ""
    store: str = ""
    store_timezone: str = ""
    source: str = ""
    contacts: str = "members"  # what a phone or e-mail alone makes of a buyer: "members", or "guests"
    decisions: dict[str, Any] = field(default_factory=dict)
    saved: str = ""

    def stored(self) -> dict[str, Any]:
        return asdict(self)


def of(batch: ImportBatch) -> Options:
    return Options(**batch.options)


def reading(options: Options) -> Reading:
    merchant = merchants.current()
    wish = Wish(options.preset, options.kind, options.columns or None)
    decided = decisions.read(options.decisions)
    return Reading(wish, merchant.currency, merchant.zone, clock.now(), options.encoding, options.timezone, decided)


def source(options: Options, layout: Layout) -> str:
    """The name under which numbers are unique: as asked, else the preset's."""
    return options.source or (layout.preset.name if layout.preset else "generic")


def of_members(batch: ImportBatch) -> tuple[str, dict[str, str]]:
    """Of a members file: the store of rows that name none, and what was decided about differing values."""
    chosen = of(batch)
    return chosen.store, chosen.decisions.get("differing", {})


def defaults(options: Options, preset: Preset | None) -> Defaults:
    """Where orders belong that name no store or channel. Names are given in the merchant's language."""
    merchant = merchants.current()
    with translation.override(merchant.language):
        store_name, channel_name = _("Main store"), _("Channel not stated")
    store = options.store or (preset.store if preset else "") or "main"
    if options.store:
        store_name = options.store
    elif preset and preset.store:
        store_name = preset.store_name
    channel = preset.channel if preset and preset.channel else "unknown"
    zone = options.store_timezone or (preset.store_zone if preset else "") or merchant.zone
    return Defaults(store, store_name, channel, "" if channel != "unknown" else channel_name, zone)


def file_path(batch: ImportBatch) -> Path:
    """The copy of the uploaded file."""
    return Path(default_storage.path(batch.path))


def stage_path(batch: ImportBatch) -> Path:
    return Path(settings.DATA_DIR) / "stages" / f"{batch.pk}.sqlite3"
