from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from members.lib.actor import Actor
from members.lib.registry import Place, PlaceKind
from members.lib.roles import Right


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
    return found
