"""Erase a person: what names them goes, what they bought stays on a nameless record, so that no total changes."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from members import events
from members.lib import clock
from members.lib.actor import Actor
from members.models import (
    Approval,
    Consent,
    Identifier,
    IdentityConflict,
    ImportBatch,
    Member,
    MemberEdit,
    Message,
    Order,
    Touched,
)
from members.queries import personal_data
from members.services import audit, private_files, typed
from members.services.imports import bulk, copies
from members.services.shops import forgetting
from members.services.webhooks import outbox

ERASED = "member.erased"  # the event that webhooks are told of
Forget = Callable[[Sequence[int], dt.datetime], None]
_also: list[Forget] = []


def also(forget: Forget) -> Forget:
    """Register what an upper app forgets of a person: it gets the ids of their records, and the moment."""
    _also.append(forget)
    return forget


class Refused(ValueError):
    """The member cannot be erased; the text says why, for the reader."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure came to.

    `open_imports`: files that are not done with yet and may still name the person; `typed`: tags, views, segments and
    rows of the audit in which staff had named them.
    """

    records: int
    identifiers: int
    orders: int
    files: int
    open_imports: int
    typed: int


@transaction.atomic
def erase(*, member: Member, reason: str, by: Actor) -> Erased:
    """Erase a member with all records merged into it. Refused when it was erased or merged meanwhile.

    Goes: number, name, birthday, gender, city, phones, e-mails, cards, accounts, tags, the wording of consents, the
    history of changes, contacts on orders, what staff typed of them into tags, views, segments and filters, the words
    of requests about them, events of shops that name the person and could not be taken, the buyer in those that wait,
    and the copies of imported files and the files that wait to be downloaded, any of which may name them.
    Stays: orders, refunds, days that do not count, segments of that moment, home store, day of joining.
    """
    forgetting.hold()
    bulk.one_import_at_a_time()  # one that has read who the person is must have written, or see the erasure
    locked = Member.objects.select_for_update().get(pk=member.pk)
    if locked.erased_at is not None or locked.voided_at is not None or locked.merged_into_id is not None:
        raise Refused(_("This member has been erased, merged or withdrawn in the meantime."))
    now = clock.now()
    ids = personal_data.records_of(locked)
    orders = Order.objects.filter(Q(buyer__in=ids) | Q(member__in=ids))
    traces = typed.traces_of(ids, orders)
    for pk in ids:
        Member.objects.filter(pk=pk).update(
            number=f"erased-{pk}", number_key=f"erased-{pk}", name="", gender="", city="", birth_year=None,
            birth_month=None, birth_day=None, erased_at=now,
        )  # fmt: skip
    found = Erased(
        records=len(ids),
        identifiers=_forget_identifiers(ids, now),
        orders=orders.filter(voided_at=None).count(),
        files=copies.delete(ImportBatch.objects.filter(state__in=copies.OVER, forgotten_at=None), now=now),
        open_imports=ImportBatch.objects.exclude(state__in=copies.OVER).count(),
        typed=typed.forget(traces, ids),
    )
    orders.exclude(guest_phone="", guest_email="").update(guest_phone="", guest_email="")
    MemberEdit.objects.filter(member__in=ids).delete()
    Consent.objects.filter(member__in=ids).update(wording="")
    asked = Approval.objects.filter(member__in=ids)
    asked.update(reason="", note="")
    asked.filter(state=Approval.State.OPEN).update(state=Approval.State.WITHDRAWN, settled_at=now)  # nobody to do it to
    private_files.withdraw_all()
    _forget_conflicts(ids)
    _recall(ids)
    forgetting.forget(traces, orders)
    for forget in _also:
        forget(ids, now)
    # Figures are the same; a new generation parts the desk from answers it remembers with the old number in them.
    Touched.objects.bulk_create(
        Touched(kind=Touched.Kind.ORDER, key=pk) for pk in orders.filter(voided_at=None).values_list("pk", flat=True)
    )
    detail = {"reason": reason, **asdict(found)}
    audit.record(by=by, verb="erase", subject_type="member", subject_id=locked.pk, detail=detail)
    outbox.emit(ERASED, {"member_ids": ids})
    transaction.on_commit(lambda: events.facts_changed.send(sender=None, by=by, wait=False))
    return found


def _forget_identifiers(ids: list[int], now: object) -> int:
    held = list(Identifier.objects.filter(member__in=ids))
    for identifier in held:
        identifier.value, identifier.last4, identifier.source = f"erased-{identifier.pk}", "", ""
        identifier.voided_at = identifier.voided_at or now  # type: ignore[assignment]
    Identifier.objects.bulk_update(held, ["value", "last4", "source", "voided_at"], batch_size=500)
    return len(held)


def _recall(ids: list[int]) -> None:
    """What is still to be sent is not."""
    waiting = Message.objects.filter(member__in=ids, state=Message.State.WAITING)
    waiting.update(state=Message.State.SKIPPED, reason="erased", next_at=None)


def _forget_conflicts(ids: list[int]) -> None:
    """Open questions about the person are gone; decided ones keep the decision."""
    about = IdentityConflict.objects.filter(Q(first__in=ids) | Q(second__in=ids))
    about.filter(resolved_at=None).delete()
    about.update(keys=[], subject="")
