"""What a member answered, on the member's page."""

from members.lib.actor import Actor
from members.lib.registry import Panel
from members.lib.roles import Right
from members.models import Member
from surveys.queries import responses

LINES = 3


def of_member(actor: Actor, member: Member) -> Panel | None:
    """The latest answers; no card for who may not read them, or where there are none."""
    if not actor.may(Right.SEE_ANSWERS):
        return None
    found = responses.told(actor, member, LINES)
    return Panel("surveys/response_panel.html", {"responses": found}) if found else None
