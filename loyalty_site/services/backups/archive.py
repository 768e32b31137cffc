"""The file of a backup: a compressed tar with its manifest."""

import hashlib
import io
import json
import os
import shutil
import tarfile
import tomllib
import zlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

from members.lib import clock

FORMAT = "huitou-backup-1"
MANIFEST = "manifest.json"
BLOCK = 2**20


class Refused(Exception):
    """This cannot be backed up or restored; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What the manifest says. `schema`: the last migration of each app; `files`: name -> [bytes, SHA-256]."""

    format: str
    version: str
    schema: dict[str, str]
    engine: str
    taken_at: str
    files: dict[str, list[int | str]]


def version() -> str:
    """Of this installation."""
    text = (settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8")
    return str(tomllib.loads(text)["project"]["version"])


def schema() -> dict[str, str]:
    """The last migration of each app in the code."""
    loader = MigrationLoader(None)
    return dict(sorted(loader.graph.leaf_nodes()))


def write(path: Path, snapshot: Path, folder: Path) -> Contents:
    """Pack the snapshot and the files below `folder`, which may change meanwhile."""
    named = {snapshot.name: snapshot, **{f"{folder.name}/{file.relative_to(folder)}": file for file in _files(folder)}}
    part = path.with_name(f".{path.name}.part")
    found: dict[str, list[int | str]] = {}
    try:
        with _private(part) as raw, tarfile.open(fileobj=raw, mode="w:gz", compresslevel=1) as tar:
            for name, file in named.items():
                if packed := _pack(tar, name, file):
                    found[name] = packed
            contents = Contents(
                FORMAT, version(), schema(), connection.vendor, clock.now().isoformat(timespec="seconds"), found
            )
            text = json.dumps(asdict(contents)).encode()
            head = tarfile.TarInfo(MANIFEST)
            head.size = len(text)
            tar.addfile(head, io.BytesIO(text))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return contents


def read(path: Path, folder: Path) -> Contents:
    """Unpack into `folder` and check: that it is a backup, of this version, and whole."""
    try:
        with tarfile.open(path, mode="r:gz") as tar:
            _unpack(tar, folder)
    except FileNotFoundError as error:
        raise Refused(_("There is no file %(file)s.") % {"file": path}) from error
    except (tarfile.TarError, zlib.error, EOFError, OSError) as error:
        raise Refused(_("%(file)s is damaged or no backup of this desk.") % {"file": path.name}) from error
    contents = _manifest(path, folder)
    _fits(contents)
    for name, (size, digest) in contents.files.items():
        file = folder / name
        if not file.is_file() or file.stat().st_size != size or _digest(file) != digest:
            raise Refused(_("%(file)s is damaged: “%(name)s” in it is not as it was.") % {
                "file": path.name, "name": name
            })  # fmt: skip
    return contents


def _unpack(tar: tarfile.TarFile, folder: Path) -> None:
    """Plain files below the folder and nothing else, whatever the archive says."""
    for member in tar:
        content = tar.extractfile(member) if member.isreg() else None
        if content is None or member.name.startswith("/") or ".." in Path(member.name).parts:
            raise tarfile.TarError(member.name)
        target = folder / member.name
        target.parent.mkdir(parents=True, exist_ok=True)
        with _private(target) as file:
            shutil.copyfileobj(content, file, BLOCK)


def _manifest(path: Path, folder: Path) -> Contents:
    try:
        contents = Contents(**json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise Refused(_("%(file)s is damaged or no backup of this desk.") % {"file": path.name}) from error
    if contents.format != FORMAT:
        raise Refused(_("%(file)s is damaged or no backup of this desk.") % {"file": path.name})
    return contents


def _fits(contents: Contents) -> None:
    """Whether this installation can take it."""
    if contents.engine != connection.vendor:
        raise Refused(
            _("The backup is of a database on %(theirs)s, this desk uses %(ours)s. Set DATABASE_URL accordingly.")
            % {"theirs": contents.engine, "ours": connection.vendor}
        )
    if (contents.version, contents.schema) != (version(), schema()):
        raise Refused(
            _(
                "The backup is of another version (%(theirs)s, migration %(migration)s); this is %(ours)s."
                " Install that version, restore, and then upgrade."
            )
            % {"theirs": contents.version, "migration": contents.schema.get("members", "?"), "ours": version()}
        )


def _files(folder: Path) -> Iterator[Path]:
    return (file for file in sorted(folder.rglob("*")) if file.is_file() and not file.is_symlink())


def _pack(tar: tarfile.TarFile, name: str, file: Path) -> list[int | str] | None:
    """Add a file as it is at this moment; None when it is gone by now."""
    try:
        opened = file.open("rb")
    except FileNotFoundError:
        return None
    with opened:
        head = tarfile.TarInfo(name)
        head.size, head.mode = os.fstat(opened.fileno()).st_size, 0o600
        reader = _Hashing(opened.read)
        tar.addfile(head, reader)
        return [head.size, reader.digest.hexdigest()]


class _Hashing:
    """Reads and reckons the checksum on the way."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read, self.digest = read, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self._read(size)
        self.digest.update(block)
        return block


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _private(path: Path) -> IO[bytes]:
    """A new file that only its owner may read: it holds everybody's phone number."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
