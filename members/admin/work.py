from django.contrib import admin

from members.admin.base import DeskAdmin
from members.models import AuditEntry, ImportBatch, Job


@admin.register(ImportBatch)
class ImportAdmin(DeskAdmin):
    list_display = ["file_name", "kind", "preset", "source", "state", "created_by", "created_at", "finished_at"]
    list_filter = ["state", "kind"]
    search_fields = ["file_name", "sha256__startswith"]
    fields = [
        "file_name", "size", "sha256", "kind", "preset", "source", "state", "counts", "job", "created_by", "created_at",
        "finished_at",
    ]  # fmt: skip


@admin.register(Job)
class JobAdmin(DeskAdmin):
    list_display = ["id", "kind", "state", "progress", "total", "attempts", "created_at", "finished_at"]
    list_filter = ["state", "kind"]
    search_fields = ["kind", "error"]
    fields = [
        "kind", "arguments", "user_id", "state", "cancel_requested", "progress", "total", "message", "attempts",
        "lease", "heartbeat_at", "result", "error", "created_at", "started_at", "finished_at",
    ]  # fmt: skip


@admin.register(AuditEntry)
class AuditAdmin(DeskAdmin):
    list_display = ["at", "actor_name", "verb", "subject_type", "subject_id", "ip"]
    list_filter = ["actor_kind", "verb", "subject_type"]
    search_fields = ["actor_name", "subject_id__exact"]
    fields = ["at", "actor_kind", "actor_name", "user_id", "ip", "verb", "subject_type", "subject_id", "detail"]
