"""Where a member's page is: by the member number, which staff know and can type."""

import re

from django.urls import resolve, reverse

_PLAIN = re.compile(r"\w[\w-]*")


def member_url(number: str, member_id: int) -> str:
    """The address by number; by id for a number that an address cannot carry or that names another page."""
    if _PLAIN.fullmatch(number):
        address = reverse("members:page", args=[number])
        if resolve(address).view_name == "members:page":
            return address
    return reverse("members:page-by-id", args=[member_id])
