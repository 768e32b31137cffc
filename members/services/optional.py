"""Writes that may be left out: what a reader asked for is shown though the database takes nothing just now."""

import logging
from collections.abc import Callable

from django.db import InternalError, OperationalError

logger = logging.getLogger(__name__)


def written_if_possible(write: Callable[[], object]) -> None:
    """Do a write of one statement that nobody asked for. A full disk or a read-only database is no reason to fail.

    For the latter PostgreSQL's word is InternalError. Not for use within a transaction, which would be lost with it.
    """
    try:
        write()
    except (OperationalError, InternalError) as error:
        logger.warning("a mark was not written (%s)", type(error).__name__)
