"""Where a member's page is: by the member number, which staff know and can type. And where files are asked for."""

import re
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import resolve, reverse

_PLAIN = re.compile(r"\w[\w-]*")


def member_url(number: str, member_id: int) -> str:
    """The address by number; by id for a number that an address cannot carry or that names another page."""
    if _PLAIN.fullmatch(number):
        address = reverse("members:page", args=[number])
        if resolve(address).view_name == "members:page":
            return address
    return reverse("members:page-by-id", args=[member_id])


def ask_file_url(kind: str, params: QueryDict) -> str:
    """Where the file of a list (a kind of registry.files, by the list's parameters) is asked for."""
    return f"{reverse('exports:new')}?{urlencode({'of': kind, 'list': params.urlencode()})}"
