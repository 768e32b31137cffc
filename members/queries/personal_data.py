"""All that is kept about one person, kind by kind: what an export of it gives, and what an erasure must think of."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet

from members.lib.actor import Actor
from members.models import (
    Approval,
    AuditEntry,
    Consent,
    Exclusion,
    Identifier,
    IdentityConflict,
    Member,
    MemberEdit,
    MemberMerge,
    MemberTag,
    Message,
    Order,
    OrderLine,
    Payment,
    PrivacyRequest,
    Refund,
    SegmentMember,
)
from members.queries import scope

Ids = Sequence[int]
_LIFE = ("recorded_at", "voided_at")


@dataclass(frozen=True, slots=True)
class Section:
    """Rows of one kind about a person: their name in the export, how they are found by record ids, what is given."""

    name: str
    model: type[Model]
    of: Callable[[Ids], Q]
    fields: tuple[str, ...]


def by(*paths: str) -> Callable[[Ids], Q]:
    """The rows that reach one of the records by one of the paths."""

    def found(ids: Ids) -> Q:
        condition = Q()
        for path in paths:
            condition |= Q(**{f"{path}__in": ids})
        return condition

    return found


def _audited(ids: Ids) -> Q:
    return Q(subject_type="member", subject_id__in=[str(pk) for pk in ids])


SECTIONS: list[Section] = [
    Section("records", Member, by("pk"), (
        "number", "name", "gender", "city", "birth_year", "birth_month", "birth_day", "home_store__name", "joined_on",
        "merged_into__number", "batch__file_name", "erased_at", *_LIFE,
    )),
    Section("identifiers", Identifier, by("member"), ("kind", "source", "value", "batch__file_name", *_LIFE)),
    Section("consents", Consent, by("member"), (
        "purpose", "channel", "given", "happened_on", "source", "wording", "recorded_at",
    )),
    Section("orders", Order, by("buyer", "member"), (
        "source", "number", "store__name", "channel__name", "status", "ordered_at", "business_date", "total", "gross",
        "matched_by", "guest_phone", "guest_email", *_LIFE,
    )),
    Section("order_lines", OrderLine, by("order__buyer", "order__member"), (
        "order__source", "order__number", "product__sku", "product__name", "kind", "quantity", "amount",
    )),
    Section("payments", Payment, by("order__buyer", "order__member"), (
        "order__source", "order__number", "kind", "amount",
    )),
    Section("refunds", Refund, by("buyer", "member"), (
        "source", "number", "order__number", "store__name", "channel__name", "refunded_at", "business_date", "amount",
        *_LIFE,
    )),
    Section("exclusions", Exclusion, by("member"), ("reason", "from_date", "to_date", *_LIFE)),
    Section("tags", MemberTag, by("member"), ("tag__name", "created_at")),
    Section("segments", SegmentMember, by("member"), ("segment__name", "segment__made_at")),
    Section("changes", MemberEdit, by("member"), ("field", "before", "after", "at")),
    Section("merges", MemberMerge, by("member", "into", "owner"), ("member__number", "into__number", *_LIFE)),
    Section("conflicts", IdentityConflict, by("first", "second"), ("row", "subject", "resolution", "created_at")),
    Section("privacy_requests", PrivacyRequest, by("member"), ("kind", "connection__name", "asked_at", "done_at")),
    Section("approvals", Approval, by("member"), ("kind", "state", "reason", "note", "created_at", "settled_at")),
    Section("messages", Message, by("member"), (
        "template__name", "channel", "purpose", "language", "state", "reason", "provider_said", "made_at", "sent_at",
        "delivered_at",
    )),
    Section("staff_actions", AuditEntry, _audited, ("at", "verb")),
]  # fmt: skip


def register(sections: Iterable[Section]) -> None:
    """What an upper app keeps about a member."""
    SECTIONS.extend(sections)


def records_of(member: Member) -> list[int]:
    """The ids of all records that count for the member, its own first."""
    absorbed = Member.objects.filter(merged_into=member).order_by("pk").values_list("pk", flat=True)
    return [member.pk, *absorbed]


def of(actor: Actor, member: Member) -> Mapping[str, list[dict[str, Any]]]:
    """Everything kept about the person: section name -> rows, oldest first. Nothing of members out of scope."""
    if not scope.members(actor).filter(pk=member.pk).exists():
        return {}
    ids = records_of(member)
    return {section.name: list(_rows(section, ids)) for section in SECTIONS}


def _rows(section: Section, ids: Ids) -> QuerySet[Any, dict[str, Any]]:
    found = section.model._default_manager.filter(section.of(ids))  # noqa: SLF001 (Django's documented name)
    return found.order_by("pk").values(*section.fields)


def counted(member: Member) -> Mapping[str, int]:
    """What an erasure would find: `records` of the person, `orders`, `contacts` (phones and e-mails)."""
    ids = records_of(member)
    contacts = Identifier.objects.filter(member__in=ids, kind__in=["phone", "email"], voided_at=None)
    orders = Order.objects.filter(Q(buyer__in=ids) | Q(member__in=ids), voided_at=None)
    return {"records": len(ids), "orders": orders.count(), "contacts": contacts.count()}


def consents(member: Member) -> QuerySet[Consent]:
    """What the person said, the latest first; that of merged records too."""
    return Consent.objects.filter(member__in=records_of(member))


def holding(said: Iterable[Consent]) -> list[Consent]:
    """Of a history (latest first) what holds today: the latest word for each purpose and channel.

    A later word about every channel of a purpose replaces what was said about single ones before.
    """
    found: dict[tuple[str, str], Consent] = {}
    closed: set[str] = set()
    for word in said:
        key = (word.purpose, word.channel)
        if word.purpose not in closed and key not in found:
            found[key] = word
        if word.channel == Consent.Channel.EVERY:
            closed.add(word.purpose)
    return sorted(found.values(), key=lambda word: (word.purpose, word.channel))
