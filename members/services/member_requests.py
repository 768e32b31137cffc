"""What a store asks head office to do about a member: hand over all that is kept, or erase the person."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from members.lib import display
from members.lib.actor import Actor
from members.lib.roles import Right
from members.models import Approval, Member
from members.queries import personal_data, scope
from members.queries.actors import actor_by_id
from members.services import approvals, erasure, private_exports
from members.services.approvals import Change, Refused, Words

ERASE: Final = "erase_member"
HAND_OVER: Final = "hand_over_data"
GROUNDS: Final = {
    "asked": gettext_lazy("The person asked for it"),
    "period": gettext_lazy("The retention period is over"),
    "unlawful": gettext_lazy("It should not have been kept"),
}


def ask(what: str, member: Member, *, ground: str, reason: str, by: Actor) -> Approval:
    """Ask for ERASE or HAND_OVER. `ground` is a key of GROUNDS, `reason` what who decides should know."""
    facts = personal_data.counted(member) if what == ERASE else {}
    payload = {"ground": ground, "of": sorted(personal_data.records_of(member)), **facts}
    return approvals.propose(what, payload, reason=reason, by=by, member=member)


def _check(approval: Approval, asker: Actor) -> None:
    """Still a member of who asked, and the same records as when it was asked for."""
    member = _member(approval)
    if not scope.members(asker).filter(pk=member.pk, erased_at=None).exists():
        raise Refused(_("This member was erased or merged, or no longer belongs to a store of who asked."))
    if approval.payload["of"] != sorted(personal_data.records_of(member)):
        raise Refused(_("Since this was asked for, records were merged into this member or parted from it."))


def _erase_words(approval: Approval) -> Words:
    facts = approval.payload
    records, orders = facts["records"], facts["orders"]
    named = ngettext("%(n)s record with name and number", "%(n)s records with name and number", records)
    theirs = ngettext("%(n)s order of this person", "%(n)s orders of this person", orders)
    nameless = ngettext("%(n)s order without a name", "%(n)s orders without a name", orders)
    changes = [
        Change(_("Person"), named % {"n": display.number(records)}, _("erased for good")),
        Change(_("Phones and e-mails"), display.number(facts["contacts"]), display.number(0)),
        Change(_("Orders"), theirs % {"n": display.number(orders)}, nameless % {"n": display.number(orders)}),
    ]
    return Words(_("Erase %(name)s") % {"name": _named(approval)}, changes, str(GROUNDS[facts["ground"]]))


@approvals.kind(
    ERASE, title=gettext_lazy("Erase a person"), ask=Right.ASK_ERASE, decide=Right.ERASE, words=_erase_words,
    check=_check,
)  # fmt: skip
def _erase(approval: Approval, by: Actor) -> None:
    try:
        erasure.erase(member=_member(approval), reason=approval.payload["ground"], by=by)
    except erasure.Refused as refused:
        raise Refused(str(refused)) from refused


def _hand_over_words(approval: Approval) -> Words:
    after = _("a file that %(name)s can download once") % {"name": approval.asked_by}
    what = _("Hand over all data of %(name)s") % {"name": _named(approval)}
    change = Change(_("All data of the person"), _("nowhere outside the desk"), after)
    return Words(what, [change], str(GROUNDS[approval.payload["ground"]]))


@approvals.kind(
    HAND_OVER, title=gettext_lazy("Hand over all data of a person"), ask=Right.ASK_ERASE, decide=Right.ERASE,
    words=_hand_over_words, check=_check,
)  # fmt: skip
def _hand_over(approval: Approval, by: Actor) -> None:
    """The file belongs to who asked; who said yes stands in the audit of the approval."""
    asker = actor_by_id(approval.asked_by_id)
    private_exports.ask_all_data(_member(approval), by=asker)


def _member(approval: Approval) -> Member:
    member = approval.member
    assert member is not None  # noqa: S101 - `ask` names one
    return member


def _named(approval: Approval) -> str:
    member = _member(approval)
    if member.erased_at:
        return _("a person who is erased")
    return f"{member.name} ({member.number})" if member.name else member.number
