from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members.admin import words
from members.admin.base import DeskAdmin
from members.models import AuditEntry, ImportBatch, ImportPreset, Job


class CodeFilter(admin.AllValuesFieldListFilter):
    """The values of a column of codes, in words."""

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        for choice in super().choices(changelist):
            yield {**choice, "display": words.of(str(choice["display"]))}


@admin.display(description=_("kind"), ordering="kind")
def kind(row: ImportBatch | Job) -> str:
    return words.of(row.kind)


@admin.display(description=_("preset"), ordering="preset")
def preset(batch: ImportBatch) -> str:
    return words.of(batch.preset)


@admin.display(description=_("message"))
def message(job: Job) -> str:
    """Jobs keep the English text; it is said in the language of the reader."""
    return gettext(job.message) if job.message else ""


@admin.display(description=_("error"))
def error(job: Job) -> str:
    return gettext(job.error) if job.error else ""


@admin.display(description=_("kind of actor"), ordering="actor_kind")
def actor_kind(entry: AuditEntry) -> str:
    return words.of(entry.actor_kind)


@admin.display(description=_("what"), ordering="verb")
def verb(entry: AuditEntry) -> str:
    return words.of(entry.verb)


@admin.display(description=_("kind of thing"), ordering="subject_type")
def subject_type(entry: AuditEntry) -> str:
    return words.of(entry.subject_type)


@admin.display(description=_("network address"), ordering="ip")
def address(entry: AuditEntry) -> str:
    return entry.ip or ""


@admin.display(description=_("fingerprint of the file"), ordering="sha256")
def fingerprint(batch: ImportBatch) -> str:
    return batch.sha256


@admin.display(description=_("job"))
def job(batch: ImportBatch) -> str:
    return str(batch.job or "")


@admin.display(description=_("stopping was asked for"), boolean=True)
def is_stopping(row: Job) -> bool:
    return row.cancel_requested


@admin.display(description=_("last sign of life"))
def heard(row: Job) -> Any:
    return row.heartbeat_at


@admin.register(ImportBatch)
class ImportAdmin(DeskAdmin):
    list_display = ["file_name", kind, preset, "source", "state", "created_by", "created_at", "finished_at"]
    list_filter = ["state", ("kind", CodeFilter)]
    search_fields = ["file_name", "sha256__startswith"]
    fields = readonly_fields = [
        "file_name", "size", fingerprint, kind, preset, "source", "state", "counts", job, "created_by", "created_at",
        "finished_at",
    ]  # fmt: skip


@admin.register(ImportPreset)
class PresetAdmin(DeskAdmin):
    list_display = ["name", "created_by", "created_at"]
    search_fields = ["name"]
    fields = readonly_fields = ["name", "header", "options", "created_by", "created_at"]


@admin.register(Job)
class JobAdmin(DeskAdmin):
    list_display = ["id", kind, "state", "progress", "total", "attempts", "created_at", "finished_at"]
    list_filter = ["state", ("kind", CodeFilter)]
    search_fields = ["kind", "error"]
    fields = readonly_fields = [
        kind, "arguments", "state", is_stopping, "progress", "total", message, "attempts",
        heard, "result", error, "created_at", "started_at", "finished_at",
    ]  # fmt: skip


@admin.register(AuditEntry)
class AuditAdmin(DeskAdmin):
    list_display = ["at", "actor_name", verb, subject_type, "subject_id", address]
    list_filter = [("actor_kind", CodeFilter), ("verb", CodeFilter), ("subject_type", CodeFilter)]
    search_fields = ["actor_name", "subject_id__exact"]
    fields = readonly_fields = [
        "at", actor_kind, "actor_name", address, verb, subject_type, "subject_id", "detail"
    ]  # fmt: skip
