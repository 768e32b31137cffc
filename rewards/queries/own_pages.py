from members.lib import clock, secret_links
from members.models import Member
from rewards.models import OwnPageLink


def whose(secret: str) -> Member | None:
    """The person that a link is for, while it holds; None for every other, whatever is wrong with it."""
    found = OwnPageLink.objects.filter(
        token_hash=secret_links.hashed(secret), ended_at__isnull=True, expires_at__gt=clock.now()
    )
    link = found.select_related("member__merged_into").first()
    if link is None:
        return None
    person: Member = link.member.merged_into or link.member
    is_there = link.member.erased_at is None and person.erased_at is None and person.voided_at is None
    return person if is_there else None


def open_of(member: Member) -> OwnPageLink | None:
    """The link that the member can use now."""
    return OwnPageLink.objects.filter(member=member, ended_at__isnull=True, expires_at__gt=clock.now()).first()
