"""Somebody at a desk as a process of its own, who has looked at cases and now works on them.

Arguments: what ("reply", "resolve", "compensate"), cases and the last entries of their logs (each joined by commas),
name, the folder where colleagues wait for each other, how many they are. Prints the number of each case they had.
"""

import sys
import time
from pathlib import Path

import django

django.setup()

from members.models import User  # noqa: E402 - after the set-up
from members.queries.actors import actor_by_id  # noqa: E402
from surveys.models import Case, Cause  # noqa: E402
from surveys.services import cases, compensation  # noqa: E402


def work(what: str, case: Case, seen: int, name: str) -> bool:
    by = actor_by_id(User.objects.get(username="manager").pk)
    try:
        if what == "reply":
            cases.reply(case, f"Sorry, says {name}", way="phone", seen=seen, by=by)
        elif what == "resolve":
            cases.resolve(case, outcome="no_answer", cause=Cause.objects.first(), seen=seen, by=by)
        else:
            compensation.compensate(case, compensation.Gift(10), "Sorry", f"{name}-{case.pk}", seen=seen, by=by)
    except cases.Refused:
        return False
    return True


def main(what: str, ids: str, seen: str, name: str, gate: str, colleagues: str) -> None:
    (Path(gate) / name).touch()
    while len(list(Path(gate).iterdir())) < int(colleagues):  # begin together
        time.sleep(0.01)
    for case, last in zip(ids.split(","), seen.split(","), strict=True):
        if work(what, Case.objects.get(pk=int(case)), int(last), name):
            sys.stdout.write(f"{case}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
