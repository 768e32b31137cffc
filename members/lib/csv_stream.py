"""A CSV that is sent while it is read: the first byte at once, memory bounded, and what was sent is told at the end."""

import hashlib
import itertools
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils import translation

logger = logging.getLogger(__name__)
LINES = 1_000  # to a piece, so that a server is not woken for every line


@dataclass(frozen=True, slots=True)
class Sent:
    """What left the house: lines of data, the hash of all bytes, whether it is the whole file."""

    rows: int
    sha256: str
    complete: bool


def pieces(lines: Iterator[str], *, name: str, broken_off: str | None, done: Callable[[Sent], None]) -> Iterator[bytes]:
    """The lines as bytes, in the language of the moment of the call; `done` is called once, also when the reader left.

    When reading fails the head has long been sent: the file then ends with the line `broken_off`, which says that it
    is not whole, and the log names the error (its text may hold personal data and stays out). Without such a line the
    error is raised, for a reader that can be told of it.
    """
    return _sent(lines, translation.get_language(), name, broken_off, done)


def _sent(
    lines: Iterator[str], language: str | None, name: str, broken_off: str | None, done: Callable[[Sent], None]
) -> Iterator[bytes]:
    digest, written, complete = hashlib.sha256(), 0, False
    try:
        size = 1  # the heading goes ahead, before anything is asked of the database
        while part := _read(lines, size, language):
            data = "".join(part).encode()
            digest.update(data)
            written += len(part)
            yield data
            size = LINES
        complete = True
    except Exception as error:  # whatever it is, the reader must learn that rows are missing
        if broken_off is None:
            raise
        logger.error("%s broke off after %s rows: %s", name, written - 1, type(error).__name__)  # noqa: TRY400
        data = broken_off.encode()
        digest.update(data)
        yield data
    finally:
        done(Sent(max(written - 1, 0), digest.hexdigest(), complete))


def _read(lines: Iterator[str], size: int, language: str | None) -> list[str]:
    # The request is over by now, and with it the language it was answered in.
    with translation.override(language):
        return list(itertools.islice(lines, size))
