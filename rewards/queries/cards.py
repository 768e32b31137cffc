"""The code of a member's card, as a QR shows it: signed, so that nobody makes one up, and always of the same length."""

import base64
import binascii
import hmac
import re
from typing import Final

from django.conf import settings
from django.db.models.functions import Coalesce
from django.utils.crypto import salted_hmac

from members.lib.actor import Actor
from members.lib.roles import Right
from members.models import Member
from rewards.models import MemberCard

MARK: Final = "HT"  # capitals and digits only: the denser mode of a QR, and one that every scanner types right
LENGTH: Final = 26
_SHAPE = re.compile(r"HT[A-Z2-7]{24}")


def card_code(member: Member) -> str:
    """What the member's card says today, LENGTH signs; a revoked one says something else."""
    revoked = MemberCard.objects.filter(member=member).values_list("revoked", flat=True).first() or 0
    return _code(member.pk, revoked, settings.SECRET_KEY)


def is_card_code(text: str) -> bool:
    """Whether it looks like one, however it was typed."""
    return bool(_SHAPE.fullmatch(plain(text)))


def member_of(actor: Actor, text: str) -> Member | None:
    """Whose card it is, of any store: who comes to the counter shows it. None for a code that nobody has (any more)."""
    code = plain(text)
    if not actor.may(Right.COUNTER) or not _SHAPE.fullmatch(code):
        return None
    try:
        said = base64.b32decode(code.removeprefix(MARK))
    except binascii.Error:
        return None
    pk, revoked = int.from_bytes(said[:5]), int.from_bytes(said[5:7])
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    if not any(hmac.compare_digest(code, _code(pk, revoked, key)) for key in keys):
        return None
    if (MemberCard.objects.filter(member=pk).values_list("revoked", flat=True).first() or 0) != revoked:
        return None
    owner = Member.objects.filter(pk=pk).values(owner=Coalesce("merged_into", "pk"))
    return Member.objects.filter(pk__in=owner, voided_at__isnull=True, erased_at__isnull=True).first()


def plain(text: str) -> str:
    """As the code is written: scanners and people may add spaces or small letters."""
    return "".join(text.split()).upper()[:80]


def _code(pk: int, revoked: int, key: str) -> str:
    said = pk.to_bytes(5) + revoked.to_bytes(2)
    sign = salted_hmac("rewards.card", said, secret=key, algorithm="sha256").digest()[:8]
    return MARK + base64.b32encode(said + sign).decode()
