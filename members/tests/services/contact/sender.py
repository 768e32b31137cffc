"""A worker as a process of its own that sends what is due until nothing is: by the service or naively.

Arguments: "carefully" or "naively", the file in which the provider keeps what was handed over to it (a line a message),
how many messages are taken at a time. A file "pace" beside the book says how large it may grow for now.
"""

import contextlib
import os
import sys
import time
from pathlib import Path

import django

django.setup()

import datetime as dt  # noqa: E402 - after the set-up

from members.lib import clock  # noqa: E402
from members.models import Message  # noqa: E402
from members.queries import messages as queries  # noqa: E402
from members.services.contact import gateways, sending  # noqa: E402
from members.services.contact.gateways import Letter  # noqa: E402

NAIVE_BATCH = 250


class Provider:
    """The edge of the network: takes a message as a line of its book, and can be asked for it."""

    def __init__(self, book: Path) -> None:
        self.book = book
        self.handle = os.open(book, os.O_APPEND | os.O_CREAT | os.O_WRONLY)

    def send(self, letter: Letter) -> str:
        os.write(self.handle, f"{letter.key}\n".encode())  # as a whole or not at all
        return letter.key

    def was_sent(self, key: str) -> bool | None:
        return f"{key}\n" in self.book.read_text()


def naive_sweep(provider: Provider) -> None:
    """Read a batch and who allows it, send it, note it: what a loop over a table does."""
    due = Message.objects.filter(state="waiting").select_related("template").order_by("pk")[:NAIVE_BATCH]
    allowed = [(one, queries.allowed([one.member_id], one.purpose, one.channel)) for one in due]
    for one, may in allowed:
        if may:
            provider.send(Letter(f"message-{one.pk}", "", "", one.template.body_zh))
            time.sleep(0.001)  # a provider is not as near as a file
        Message.objects.filter(pk=one.pk).update(state="sent" if may else "skipped", next_at=None)


def wait(book: Path) -> None:
    """Until those who leave have kept up: on a busy machine all would be sent before they say a word."""
    pace = book.with_name("pace")
    with contextlib.suppress(FileNotFoundError):  # nobody leaves any more
        while book.stat().st_size > int(pace.read_text()):
            time.sleep(0.005)


def main(how: str, book: str, limit: str) -> None:
    provider = Provider(Path(book))
    gateways.of_channel = lambda _channel: provider  # type: ignore[assignment]
    sending.CLAIM = dt.timedelta(seconds=10)  # a killed worker's messages are settled within the test
    while Message.objects.filter(state__in=["waiting", "sending"]).exists():
        wait(provider.book)
        if how == "naively":
            naive_sweep(provider)
        elif not sending.sweep(limit=int(limit)):
            time.sleep(0.2)
    sys.stdout.write(f"nothing is left at {clock.now()}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
