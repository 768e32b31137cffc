"""A process that works on one import job until it is done or killed: `python -m …importer JOB [naive]`.

The naive one notes how far it is before it writes, in a transaction of its own, as importers without a job row do.
"""

import os
import sys
from typing import Any

import django
from django.db import transaction

CHUNK = 100  # orders: a file of some thousands has many moments to be killed in


def main(job_id: int, *, naive: bool) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loyalty_site.settings")
    django.setup()
    from members.services import jobs  # noqa: PLC0415 (models need a set-up)
    from members.services.imports import work  # noqa: PLC0415

    work.CHUNK = CHUNK
    if naive:
        work._chunk = _noted_first  # type: ignore[assignment]
    jobs.run(job_id)


def _noted_first(run: Any, _stage: Any, heads: Any, writer: Any) -> None:
    plan = writer.plan(heads)
    with run.step() as step:
        step.progress = run.progress + len(heads)
        step.result = {"after": heads[-1].id, "counts": plan.counted(run.result["counts"])}
    with transaction.atomic():
        writer.write(writer.plan(heads))


if __name__ == "__main__":
    main(int(sys.argv[1]), naive="naive" in sys.argv[2:])
