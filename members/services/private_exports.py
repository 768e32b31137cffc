"""Lists too long to be waited for, and those that name people: asked for, and made in the background."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from members.lib import clock, display, registry
from members.lib.actor import Actor
from members.lib.registry import Made, UnknownAudience
from members.lib.roles import Right
from members.models import Export, Member
from members.queries import exports as queries
from members.services import audit, exports, jobs, private_files

JOB: Final = "private_export"
ALL_DATA: Final = "member"  # the kind of file that holds all that is kept about one
_LINES = 500  # between two signs of life
NOT_ALLOWED = gettext_noop("You may no longer have this file.")
WITHDRAWN = gettext_noop("A person was erased, or your role or stores changed, while the file was made. Ask again.")
NO_LONGER = gettext_noop("What the file was to be made of is no longer there.")
NOT_UNDERSTOOD = gettext_noop(
    "A filter of the list is not known any more, so the file would hold more than was asked for. Choose it again."
)
TOO_LONG = gettext_noop("By now the list is longer than your role may download.")


class Refused(ValueError):
    """There is no such file for who asks; the text says why."""


def ask(
    kind: str, params: Mapping[str, Sequence[str]], *, rows: int, by: Actor, whole_contacts: bool = False,
    reason: str = "",
) -> Export:  # fmt: skip
    """Have a file of registry.files made; in the audit from now on. `rows`: how many it will have as things stand."""
    right = registry.files[kind].right
    if by.user_id is None or not by.may(right):
        raise PermissionDenied(right)
    if whole_contacts and not by.may(Right.WHOLE_CONTACTS):
        raise PermissionDenied(Right.WHOLE_CONTACTS)
    if is_too_long(rows, by):
        said = _("Your role downloads lists of up to %(n)s rows. Narrow this one by filters.")
        raise Refused(said % {"n": display.number(settings.EXPORT_STORE_ROWS)})
    filters = {name: list(values) for name, values in params.items()}
    more = {"whole contacts": True, "reason": reason} if whole_contacts else {}
    with transaction.atomic():
        entry = exports.record(by=by, subject=kind, filters=filters, rows=rows, **more)
        return Export.objects.create(
            number=entry.pk, owner_id=by.user_id, kind=kind, params=filters, whole_contacts=whole_contacts,
            reason=reason, language=translation.get_language() or settings.LANGUAGE_CODE, rows=rows,
            job=jobs.enqueue(JOB, {"export": entry.pk}, by=by, total=rows),
        )  # fmt: skip


def ask_all_data(member: Member, *, by: Actor) -> Export:
    """Have the file made that a member may ask for: all that is kept about them."""
    params = {"member": [str(member.pk)]}
    return ask(ALL_DATA, params, rows=registry.files[ALL_DATA].make(by, params, True).rows, by=by)


def is_too_long(rows: int, actor: Actor) -> bool:
    """Whether a list has more rows than who works in stores gets."""
    return not actor.sees_all_stores and rows > settings.EXPORT_STORE_ROWS


@jobs.handler(JOB, title=gettext_lazy("Make a file to download"))
def make(run: jobs.Run) -> None:
    """Write the file, with the rights of today. What an attempt wrote that came to nothing goes with it.

    One that was killed could not clear up: the next attempt, a withdrawal or housekeeping does.
    """
    export = Export.objects.get(number=run.arguments["export"])
    private_files.discard_parts([export.number])
    try:
        _make(export, run)
    finally:
        private_files.path_of(_part(export, run)).unlink(missing_ok=True)


def _part(export: Export, run: jobs.Run) -> str:
    return f"{export.number}.{run.lease}.part"


def _make(export: Export, run: jobs.Run) -> None:
    ending = registry.files[export.kind].ending
    part = private_files.path_of(_part(export, run))
    with translation.override(export.language):
        made = _made(export, run.actor)
        lines, sha256 = _write(part, made, run)
    rows = lines - 1 if ending == "csv" else made.rows
    with run.step(progress=rows, total=rows):
        now, name = clock.now(), f"{export.number}.{ending}"
        end = now + private_files.LINK_LASTS
        mine = Export.objects.filter(pk=export.pk, withdrawn_at=None)
        if not mine.update(ready_at=now, expires_at=end, rows=rows, sha256=sha256, file=name):
            raise jobs.Failure(WITHDRAWN)
        detail = {"export": export.number, "rows": rows, "sha256": sha256, "complete": True}
        audit.record(by=run.actor, verb="export_end", subject_type="list", subject_id=export.kind, detail=detail)
        part.replace(private_files.path_of(name))
    run.finish({"rows": rows})


def _made(export: Export, actor: Actor) -> Made:
    if not queries.may_have(actor, export):
        raise jobs.Failure(NOT_ALLOWED)
    try:
        made = registry.files[export.kind].make(actor, export.params, export.whole_contacts)
    except UnknownAudience as unknown:
        raise jobs.Failure(NO_LONGER) from unknown
    if made.warnings:
        raise jobs.Failure(NOT_UNDERSTOOD)
    if is_too_long(made.rows, actor):
        raise jobs.Failure(TOO_LONG)
    return made


def _write(path: Path, made: Made, run: jobs.Run) -> tuple[int, str]:
    """How many lines were written, and the hash of the bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    digest, written = hashlib.sha256(), 0
    with path.open("wb") as file:
        for line in made.lines:
            data = line.encode()
            digest.update(data)
            file.write(data)
            written += 1
            if written % _LINES == 0:
                run.heartbeat(progress=min(written, made.rows), total=made.rows)
    return written, digest.hexdigest()
