"""Which state of a case may follow which. Pure."""

from typing import Final

NEW, OPEN, WAITING, RESOLVED, CLOSED = "new", "open", "waiting", "resolved", "closed"
MAY_FOLLOW: Final = {
    NEW: frozenset({OPEN, WAITING, RESOLVED}),
    OPEN: frozenset({WAITING, RESOLVED}),
    WAITING: frozenset({OPEN, RESOLVED}),
    RESOLVED: frozenset({OPEN, CLOSED}),
    CLOSED: frozenset({OPEN}),
}
UNSETTLED: Final = (NEW, OPEN, WAITING)


def may_follow(before: str, after: str) -> bool:
    return after in MAY_FOLLOW[before]
