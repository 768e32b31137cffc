"""A backup is one file: a snapshot of the database, the files of DATA_DIR/files, and a manifest with their checksums.

The warehouse is not in it: it holds nothing that is not in the database, and a restore makes it anew. Neither is the
SECRET_KEY, which belongs apart from the data.
"""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext as _

from analytics.services import publish
from loyalty_site.services.backups import archive, database
from loyalty_site.services.backups.archive import Contents, Refused
from members.lib import clock
from members.lib.actor import Actor
from members.models import Job, Member, Order, User
from members.services import audit

__all__ = ["Made", "Refused", "make", "restore"]
FILES = "files"  # the folder of uploads, in DATA_DIR and in the archive


@dataclass(frozen=True, slots=True)
class Made:
    """What a backup or a restore came to."""

    path: Path
    contents: Contents
    generation: int = 0


def make(path: Path, by: Actor) -> Made:
    """Write a backup while the desk works on. The file appears whole or not at all, readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=path.parent) as folder:
        snapshot = Path(folder) / database.name()
        database.dump(snapshot)
        # After the snapshot: a file is stored before the row that names it, so none that the snapshot names is missed.
        contents = archive.write(path, snapshot, settings.DATA_DIR / FILES)
    detail = {"file": path.name, "bytes": path.stat().st_size}
    audit.record(by=by, verb="backup", subject_type="database", detail=detail)
    return Made(path, contents)


def restore(path: Path, by: Actor, *, force: bool = False, tell: Callable[[str], None] = lambda _said: None) -> Made:
    """Put a backup in the place of this database and its files, then make the warehouse anew.

    Everything is checked before anything is touched. Web, worker and scheduler should stand still meanwhile.
    """
    if not force and not _is_empty():
        raise Refused(_("This database is not empty. Say --force to replace all that is in it by the backup."))
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=settings.DATA_DIR) as folder:
        tell(_("Checking the backup"))
        contents = archive.read(path, Path(folder))
        tell(_("Restoring the database"))
        database.load(Path(folder) / database.name())
        _replace_files(Path(folder) / FILES)
    with transaction.atomic():
        # Nobody works on what was running when the snapshot was taken.
        Job.objects.filter(state=Job.State.RUNNING).update(state=Job.State.QUEUED)
        detail = {"file": path.name, "taken_at": contents.taken_at}
        audit.record(by=by, verb="restore_backup", subject_type="database", detail=detail)
    tell(_("Making the figures of the reports anew"))
    return Made(path, contents, publish.rebuild().generation)


def _is_empty() -> bool:
    """Without tables, or without anybody and anything in them."""
    try:
        with connection.cursor() as cursor:
            tables = set(connection.introspection.table_names(cursor))
    except DatabaseError as error:
        raise Refused(_("The database does not answer.")) from error
    kept = [model for model in (User, Member, Order) if model._meta.db_table in tables]
    return not any(model.objects.exists() for model in kept)


def _replace_files(fresh: Path) -> None:
    """The restored uploads take the place of those that are there."""
    target = settings.DATA_DIR / FILES
    fresh.mkdir(exist_ok=True)
    before = settings.DATA_DIR / f".{FILES}-before-{clock.now():%Y%m%d%H%M%S}"
    if target.exists():
        target.rename(before)
    fresh.rename(target)
    shutil.rmtree(before, ignore_errors=True)
