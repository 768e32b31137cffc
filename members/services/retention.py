"""What is kept for a while only. Nightly work; run twice it finds nothing left to do."""

import datetime as dt

from django.conf import settings
from django.db import transaction

from members.lib import clock
from members.lib.actor import system
from members.models import ImportBatch, ShopDelivery, WebhookMessage
from members.services import audit
from members.services.imports import copies


@transaction.atomic
def delete_old_copies() -> int:
    """Delete the copies of files whose import was over IMPORT_FILES_DAYS ago. Returns of how many imports."""
    now = clock.now()
    before = now - dt.timedelta(days=settings.IMPORT_FILES_DAYS)
    over = ImportBatch.objects.select_for_update().filter(state__in=copies.OVER, forgotten_at=None)
    count = copies.delete(over.filter(created_at__lt=before).order_by("pk"), now=now)
    if count:
        detail = {"imports": count, "older_than_days": settings.IMPORT_FILES_DAYS}
        audit.record(by=system("retention"), verb="delete_copies", subject_type="import", detail=detail)
    return count


@transaction.atomic
def delete_old_events() -> int:
    """Delete what shops sent and webhooks were sent over IMPORT_FILES_DAYS ago, but what still waits."""
    before = clock.now() - dt.timedelta(days=settings.IMPORT_FILES_DAYS)
    came = ShopDelivery.objects.filter(received_at__lt=before).exclude(state=ShopDelivery.State.WAITING).delete()
    went = WebhookMessage.objects.filter(happened_at__lt=before).exclude(state=WebhookMessage.State.WAITING).delete()
    return came[0] + went[0]
