"""The manifest says which Parquet files are the warehouse now. It is replaced by rename, so a reader sees either the
old warehouse or the new one; readers open exactly its files and never a pattern of names."""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

from django.conf import settings

from analytics.facts import schema

NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """One published generation.

    `parts` maps a raw table to its files by month number ("all" for exclusions); `prepared` maps a prepared table to
    its file. `first_day` and `last_day` are the first and last business dates with data, as day numbers.
    """

    generation: int = 0
    token: str = ""  # names this generation among all that ever were; "": there is no warehouse that can be read
    shape: str = ""  # of the tables, `schema.SHAPE` of the version that wrote them
    published_at: int = 0  # µs: facts recorded later may be missing
    first_day: int | None = None
    last_day: int | None = None
    parts: dict[str, dict[str, str]] = field(default_factory=dict)
    prepared: dict[str, str] = field(default_factory=dict)

    def files(self) -> set[str]:
        """Every file this generation needs."""
        return {name for parts in self.parts.values() for name in parts.values()} | set(self.prepared.values())


def folder() -> Path:
    """Where the warehouse lies."""
    return Path(settings.WAREHOUSE_URL.removeprefix("file://"))


def read() -> Manifest:
    """The current generation; an empty one before the first publish, and when another version wrote other tables."""
    try:
        found = json.loads((folder() / NAME).read_text())
    except FileNotFoundError:
        return Manifest()
    return Manifest(**found) if found.get("shape") == schema.SHAPE else Manifest(generation=found["generation"])


def write(manifest: Manifest) -> None:
    """Make a generation the current one, and keep a copy by number so that its files are known to be in use."""
    text = json.dumps(asdict(manifest))
    (folder() / f"manifest-{manifest.generation:09d}.json").write_text(text)
    fresh = folder() / f"{NAME}.{manifest.token}"
    with fresh.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(folder() / NAME)


def forget(keep: int = 3) -> None:
    """Delete the files that none of the newest generations needs; a slow reader may still hold the one before."""
    history = sorted(folder().glob("manifest-*.json"))
    for old in history[:-keep]:
        old.unlink(missing_ok=True)
    needed = {name for path in history[-keep:] for name in Manifest(**json.loads(path.read_text())).files()}
    for path in folder().glob("*.parquet"):
        if path.name not in needed:
            path.unlink(missing_ok=True)
