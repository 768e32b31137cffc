"""What staff typed and may name a person: tags, names and filters of views and segments, what the audit quotes."""

import json
from collections.abc import Collection

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from members.lib import append_only
from members.models import AuditEntry, Identifier, Member, MemberEdit, MemberTag, Order, SavedView, Segment, Tag
from members.rules.traces import Traces


def traces_of(ids: Collection[int], orders: QuerySet[Order]) -> Traces:
    """What the records of a person (`ids`), their history and their orders call them; read before it is forgotten."""
    members = list(Member.objects.filter(pk__in=ids).values_list("name", "number"))
    edits = MemberEdit.objects.filter(member__in=ids, field__in=["name", "number"])
    earlier = {"name": set[str](), "number": set[str]()}
    for field, before, after in edits.values_list("field", "before", "after"):
        earlier[field] |= {before, after}
    contacts = set(Identifier.objects.filter(member__in=ids).values_list("value", flat=True))
    for phone, email in orders.exclude(guest_phone="", guest_email="").values_list("guest_phone", "guest_email"):
        contacts |= {phone, email}
    return Traces(
        names=earlier["name"] | {name for name, _number in members},
        numbers=earlier["number"] | {number for _name, number in members},
        contacts=contacts,
    )


def forget(traces: Traces, ids: Collection[int]) -> int:
    """Take the person's tags off, and their traces out of all that was typed; how many texts or rows held any."""
    worn = set(MemberTag.objects.filter(member__in=ids).values_list("tag", flat=True))
    MemberTag.objects.filter(member__in=ids).delete()
    Tag.objects.filter(pk__in=worn, worn=None).delete()  # as when the last one takes it off
    return sum((_tags(traces), _kept(SavedView, traces), _kept(Segment, traces), _audit(traces)))


def _tags(traces: Traces) -> int:
    """Tags of others that name this person stay on them, under no name."""
    naming = [pk for pk, name in Tag.objects.values_list("pk", "name") if traces.named_in(name)]
    for pk in naming:
        Tag.objects.filter(pk=pk).update(name=f"erased-{pk}")
    return len(naming)


def _kept(model: type[SavedView] | type[Segment], traces: Traces) -> int:
    count = 0
    for kept in model.objects.all():
        name = f"erased-{kept.pk}" if traces.named_in(kept.name) else kept.name
        params = traces.without(kept.params)
        if (name, params) != (kept.name, kept.params):
            model.objects.filter(pk=kept.pk).update(name=name, params=params)
            count += 1
    return count


def _audit(traces: Traces) -> int:
    """Rows of the audit stay; texts in them that name the person go."""
    text = Q()
    for hint in traces.hints:
        text |= Q(text__icontains=hint) | Q(text__icontains=json.dumps(hint)[1:-1])  # as either database writes JSON
    rows = AuditEntry.objects.annotate(text=Cast("detail", TextField())).filter(text) if traces.hints else ()
    count = 0
    with append_only.redacting(AuditEntry._meta.db_table):
        for entry in rows:
            if (detail := traces.without(entry.detail)) != entry.detail:
                AuditEntry.objects.filter(pk=entry.pk).update(detail=detail)
                count += 1
    return count
