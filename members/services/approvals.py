"""What one person asks for and a second one decides. A kind registers what it does; this is how it comes to that.

    @approvals.kind("erase_member", title=_("Erase a member"), ask=Right.ASK_ERASE, decide=Right.ERASE,
                    words=..., check=...)
    def apply(approval, by): ...

Never the person who asked, once only whoever clicks at the same time, and not after its time is over. With a yes the
kind's function runs in the transaction of the decision: when it refuses, nothing was decided.
"""

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from members.lib import clock
from members.lib.actor import Actor
from members.lib.roles import Right
from members.models import Approval, Member, Store
from members.queries import approvals as queries
from members.queries.actors import actor_by_id
from members.services import audit

VALID: Final = dt.timedelta(days=14)
State = Approval.State


class Refused(ValueError):
    """It cannot be asked for or decided; the text says why, for the reader."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that a yes changes: what it is now (or was, when it was asked for), and what it will be."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Words:
    """A request as a reader sees it: what, what it changes, and on what ground where the kind has such."""

    what: str
    changes: Sequence[Change]
    ground: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """What is known of a kind. `check` raises Refused when it can no longer be done as it was asked for.

    `check` gets who asked, with the rights of today; `apply` who decided.
    """

    title: str | Promise
    ask: Right
    decide: Right
    words: Callable[[Approval], Words]
    check: Callable[[Approval, Actor], None]
    apply: Callable[[Approval, Actor], None]


_kinds: dict[str, Kind] = {}
Apply = Callable[[Approval, Actor], None]


def kind(
    name: str, *, title: str | Promise, ask: Right, decide: Right, words: Callable[[Approval], Words],
    check: Callable[[Approval, Actor], None],
) -> Callable[[Apply], Apply]:  # fmt: skip
    """Register the function that does what was approved; it lives in, or is imported by, an app's `tasks.py`."""

    def register(function: Apply) -> Apply:
        _kinds[name] = Kind(title, ask, decide, words, check, function)
        return function

    return register


def of(approval: Approval) -> Kind:
    """The kind of a request."""
    return _kinds[approval.kind]


def decided_by(actor: Actor) -> list[str]:
    """The kinds that the actor may decide."""
    return [name for name, known in _kinds.items() if actor.may(known.decide)]


@transaction.atomic
def propose(
    name: str, payload: Mapping[str, Any], *, reason: str, by: Actor, member: Member | None = None,
    stores: Collection[Store] | None = None,
) -> Approval:  # fmt: skip
    """Ask for something. `stores`: those it is about; unless said, those of who asks."""
    known = _kinds[name]
    if not by.may(known.ask) or by.user_id is None:
        raise PermissionDenied(known.ask)
    same = Approval.objects.filter(queries.still_open(), kind=name, member=member)
    if (same if member else same.filter(payload=dict(payload))).exists():
        raise Refused(_("This has been asked for already and waits to be decided."))
    now = clock.now()
    approval = Approval.objects.create(
        kind=name, member=member, payload=dict(payload), reason=reason, asked_by_id=by.user_id, created_at=now,
        expires_at=now + VALID,
    )  # fmt: skip
    approval.stores.set(queries.stores_of(by) if stores is None else stores)
    known.check(approval, by)
    _audited("propose", approval, by)
    return approval


@transaction.atomic
def approve(approval: Approval, *, note: str, by: Actor) -> None:
    """Say yes, and do it. Refused when it is no longer what was asked for; the request then stays as it was."""
    known = _settle(approval, State.APPROVED, note, by)
    asker = actor_by_id(approval.asked_by_id)
    if not asker.may(known.ask):
        raise Refused(_("Who asked may no longer ask for this. Decline it."))
    known.check(approval, asker)
    _audited("approve", approval, by)
    known.apply(approval, by)


@transaction.atomic
def decline(approval: Approval, *, note: str, by: Actor) -> None:
    """Say no; nothing is done."""
    _settle(approval, State.DECLINED, note, by)
    _audited("decline", approval, by)


@transaction.atomic
def withdraw(approval: Approval, *, by: Actor) -> None:
    """Who asked no longer wants it."""
    if approval.asked_by_id != by.user_id:
        raise PermissionDenied(Right.APPROVALS)
    _end(approval, State.WITHDRAWN)
    _audited("withdraw", approval, by)


def _settle(approval: Approval, state: State, note: str, by: Actor) -> Kind:
    known = of(approval)
    if approval.asked_by_id == by.user_id:
        raise Refused(_("You asked for this yourself, so somebody else decides."))
    if not queries.decidable(by, decided_by(by)).filter(pk=approval.pk).exists():
        raise PermissionDenied(known.decide)
    _end(approval, state, note=note, decided_by_id=by.user_id)
    return known


def _end(approval: Approval, state: State, **more: Any) -> None:
    """One conditional update: of two who decide at once one does."""
    standing = Approval.objects.filter(queries.still_open(), pk=approval.pk)
    if not standing.update(state=state, settled_at=clock.now(), **more):
        raise Refused(_("This was decided, withdrawn or has expired in the meantime."))


def _audited(verb: str, approval: Approval, by: Actor) -> None:
    """Without the words of either, which may name somebody: they stay in the request, and go with an erasure."""
    detail = {"kind": approval.kind, "member": approval.member_id, "asked by": str(approval.asked_by)}
    audit.record(by=by, verb=verb, subject_type="approval", subject_id=approval.pk, detail=detail)
