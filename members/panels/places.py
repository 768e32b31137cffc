from collections.abc import Sequence

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from members.lib.actor import Actor
from members.lib.registry import Place, PlaceKind
from members.lib.roles import Right
from members.models import (
    AuditEntry,
    Category,
    Channel,
    Exclusion,
    Job,
    MemberMerge,
    Merchant,
    Product,
    Store,
    Tag,
    User,
)


def actions(actor: Actor) -> Sequence[Place]:
    """What can be done with members and orders."""
    found: list[Place] = []

    def offer(right: Right, label: str, view: str, words: str, icon: str) -> None:
        if actor.may(right):
            found.append(Place(PlaceKind.ACTION, label, reverse(view), words, icon))

    exporting = _("export download csv")
    offer(Right.IMPORT, _("Import a file"), "members:import-new", _("upload sales orders members csv excel"), "upload")
    offer(Right.LOOK_UP, _("Find by the whole number"), "members:look-up", _("look up phone card scan"), "search")
    offer(Right.IMPORT, _("Decide who is the same person"), "members:conflicts", _("merge duplicates"), "users")
    offer(Right.SEE_MEMBERS, _("Save the member list as a file"), "members:list-csv", exporting, "dl")
    offer(Right.SEE_MEMBERS, _("Save the order list as a file"), "members:orders-csv", exporting, "dl")
    offer(Right.INVITE_CLERKS, _("Invite somebody"), "members:staff-invite", _("staff colleague sign-in new"), "user")
    return found


def tables(actor: Actor) -> Sequence[Place]:
    """Tables of the settings that have no page besides."""
    if not actor.may(Right.SETTINGS):
        return ()
    found = {
        Store: _("shops branches opening time zone"),
        Channel: _("platforms sources of sales"),
        Product: _("goods articles sku"),
        Category: _("kinds of goods"),
        User: _("colleagues employees users accounts roles rights password"),
        Merchant: _("shop company name currency language time zone"),
        Job: _("background tasks queue failed"),
        AuditEntry: _("log history who did what changes"),
        Exclusion: _("excluded left out test reseller"),
        MemberMerge: _("same person joined duplicates"),
        Tag: _("labels marks"),
    }
    return [
        Place(
            PlaceKind.PAGE,
            capfirst(str(model._meta.verbose_name_plural)),
            reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"),
            words,
            "gear",
        )
        for model, words in found.items()
    ]
