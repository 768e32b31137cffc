"""Cases whose clock ran out: told once, whoever asks and however often."""

from members.lib.actor import system
from surveys.queries import cases as queries
from surveys.services import cases

BY = system("scheduler")


def sweep() -> int:
    """Escalate what is late and was not yet; how many."""
    return sum(cases.escalate(case, by=BY) for case in queries.late(BY))
