"""Files that lie where no address leads: fetched once by their owner, withdrawn, deleted when their day is over."""

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Final

from django.core.files.storage import default_storage
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models import Q, QuerySet

from members.lib import clock
from members.lib.actor import Actor, system
from members.models import Export, User
from members.queries import exports as queries
from members.services import audit

FOLDER: Final = "exports"
LINK_LASTS: Final = dt.timedelta(hours=24)
REMEMBERED: Final = dt.timedelta(days=90)  # that there was a file
_signer = Signer(salt="members.private_files")


class Gone(Exception):
    """The link is nobody's, somebody else's, used or over: all alike."""


def path_of(name: str) -> Path:
    """Where a file of this name lies."""
    return Path(default_storage.path(f"{FOLDER}/{name}"))


def discard_parts(numbers: Iterable[int]) -> None:
    """What attempts have written of files that are not whole; one that still runs finds out at its end."""
    for number in numbers:
        for part in path_of("").glob(f"{number}.*.part"):
            part.unlink(missing_ok=True)


def link_key(export: Export) -> str:
    """What the address of a file ends with: nobody can guess it, and it is worth nothing to anybody but the owner."""
    return _signer.sign(str(export.number))


def fetch(key: str, *, by: Actor) -> tuple[Export, IO[bytes]]:
    """The file under a link, for the one time; it is deleted as it goes out. Gone, whatever is wrong with the link."""
    export = _asked_for(key, by)
    now = clock.now()
    ready = _standing().filter(pk=export.pk, expires_at__gt=now).exclude(file="")
    with transaction.atomic():
        if not ready.update(fetched_at=now, file=""):
            raise Gone
        opened = _opened(export.file)
        detail = {"export": export.number, "sha256": export.sha256}
        audit.record(by=by, verb="fetch_export", subject_type="list", subject_id=export.kind, detail=detail)
        _delete_on_commit([export.file])
    return export, opened


def _asked_for(key: str, by: Actor) -> Export:
    try:
        number = int(_signer.unsign(key))
    except (BadSignature, ValueError) as error:
        raise Gone from error
    export = queries.own_files(by).filter(number=number).first()
    if export is None or not queries.may_have(by, export):
        raise Gone
    return export


def withdraw_of(user: User) -> None:
    """Files that somebody asked for with rights they no longer have."""
    _withdraw(_standing().filter(owner=user))


def withdraw_all() -> None:
    """All files not fetched yet, since any may name a person who is erased now."""
    _withdraw(_standing())


def _standing() -> QuerySet[Export]:
    return Export.objects.filter(fetched_at=None, withdrawn_at=None)


def _withdraw(found: QuerySet[Export]) -> None:
    """One that is being made just now finds out at its end."""
    now = clock.now()
    held = list(found.filter(Q(expires_at=None) | Q(expires_at__gt=now)).select_for_update())
    Export.objects.filter(pk__in=[export.pk for export in held]).update(withdrawn_at=now, file="")
    _delete_on_commit([export.file for export in held if export.file])
    transaction.on_commit(lambda: discard_parts(export.number for export in held if not export.file))


def delete_old() -> int:
    """Delete the files whose day is over, what broken attempts left, and what is remembered too long. How many."""
    now = clock.now()
    with transaction.atomic():
        over = list(Export.objects.select_for_update().filter(expires_at__lte=now).exclude(file=""))
        Export.objects.filter(pk__in=[export.pk for export in over]).update(file="")
        _delete_on_commit([export.file for export in over])
        Export.objects.filter(created_at__lt=now - REMEMBERED).delete()
        if over:
            detail = {"files": len(over)}
            audit.record(by=system("retention"), verb="delete_copies", subject_type="list", detail=detail)
    for part in path_of("").glob("*.part"):
        if part.stat().st_mtime < (now - LINK_LASTS).timestamp():
            part.unlink(missing_ok=True)
    return len(over)


def _opened(name: str) -> IO[bytes]:
    try:
        return path_of(name).open("rb")
    except FileNotFoundError as error:
        raise Gone from error


def _delete_on_commit(names: Iterable[str]) -> None:
    files = [path_of(name) for name in names]

    def unlink() -> None:
        for file in files:
            file.unlink(missing_ok=True)

    transaction.on_commit(unlink)
