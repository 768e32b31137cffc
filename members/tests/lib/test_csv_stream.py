"""A file that is sent while it is read: in pieces, told at the end, never broken off in silence."""

import itertools
import logging
from collections.abc import Iterator

import pytest
from django.utils import translation
from django.utils.translation import gettext

from members.lib import csv_stream
from members.lib.csv_stream import LINES, Sent

BROKEN_OFF = "not complete\r\n"


def sent_by(lines: Iterator[str]) -> tuple[Iterator[bytes], list[Sent]]:
    told: list[Sent] = []
    return csv_stream.pieces(lines, name="members_1.csv", broken_off=BROKEN_OFF, done=told.append), told


def failing() -> Iterator[str]:
    yield "head\r\n"
    yield from itertools.repeat("row\r\n", LINES)
    raise OSError("Wang, 13812341111: the disk is gone")


def test_the_heading_goes_first_and_the_rest_in_pieces() -> None:
    data, told = sent_by(iter(["head\n", *["row\n"] * (LINES + 5)]))
    assert [piece.count(b"\n") for piece in data] == [1, LINES, 5]
    assert [(sent.rows, sent.complete) for sent in told] == [(LINES + 5, True)]


def test_nothing_is_read_after_the_reader_left() -> None:
    endless = (f"{number}\n" for number in itertools.count())
    data, told = sent_by(endless)
    next(data)
    next(data)
    data.close()  # type: ignore[attr-defined]
    assert next(endless) == f"{LINES + 1}\n"
    assert [(sent.rows, sent.complete) for sent in told] == [(LINES, False)]


def test_a_failure_on_the_way_is_the_last_line_and_names_nobody_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    data, told = sent_by(failing())
    with caplog.at_level(logging.ERROR):
        assert list(data)[-1].decode() == BROKEN_OFF
    assert [(sent.rows, sent.complete) for sent in told] == [(LINES, False)]
    [entry] = caplog.records
    assert (entry.getMessage(), entry.exc_info) == (f"members_1.csv broke off after {LINES} rows: OSError", None)


def test_rows_are_in_the_language_the_file_was_asked_in() -> None:
    with translation.override("en"):
        data, _told = sent_by(gettext("Guest") for _row in range(2))
    with translation.override("zh-hans"):
        assert b"".join(data) == b"GuestGuest"
