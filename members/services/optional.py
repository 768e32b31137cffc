"""Writes that may be left out: what a reader asked for is shown though the database takes nothing just now."""

import logging
from collections.abc import Callable

from django.db import InternalError, OperationalError, transaction

logger = logging.getLogger(__name__)


def written_if_possible(write: Callable[[], object]) -> None:
    """Do a small write that nobody asked for. A full disk, or a database that can only be read, is no reason to fail.

    For the latter PostgreSQL's word is InternalError.
    """
    try:
        with transaction.atomic():
            write()
    except (OperationalError, InternalError) as error:
        logger.warning("a mark was not written (%s)", type(error).__name__)
