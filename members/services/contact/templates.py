"""Templates of messages: made and changed, each change in the audit."""

from collections.abc import Sequence

from django.db import transaction

from members.lib.actor import Actor
from members.models import MessageTemplate
from members.services import audit


@transaction.atomic
def save(template: MessageTemplate, changed: Sequence[str], *, by: Actor) -> None:
    """Keep a template; `changed` are the names of its fields."""
    template.save()
    detail = {"fields": sorted(changed)}
    audit.record(by=by, verb="save_template", subject_type="message_template", subject_id=template.pk, detail=detail)
