"""`make bench`: every benchmark in a process and a folder of its own; each rewrites its section of docs/benchmarks.md.

`make bench ARGS="retention pages"` runs only those. With BENCH_POSTGRES=postgresql://user@host/ PostgreSQL takes part;
databases made there are dropped afterwards.
"""

import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from benchmarks import document

ROOT = Path(__file__).resolve().parent.parent
POSTGRES = os.environ.get("BENCH_POSTGRES", "")
# section -> (module, whether the product itself runs on PostgreSQL)
SECTIONS = {
    "retention": ("benchmarks.retention", False),
    "reports": ("benchmarks.reports", False),
    "pages": ("benchmarks.pages", False),
    "results": ("benchmarks.results", False),
    "load": ("benchmarks.load", True),
    "answers": ("benchmarks.answers", True),
    "ledger": ("benchmarks.ledger", True),
    "earning-sqlite": ("benchmarks.earning", False),
    "earning-postgresql": ("benchmarks.earning", True),
    "import-million": ("benchmarks.import_million", False),
    "import-sqlite": ("benchmarks.import_orders", False),
    "import-postgresql": ("benchmarks.import_orders", True),
}


def main(wanted: list[str]) -> int:
    """Run the named sections, or all. Returns how many failed."""
    unknown = set(wanted) - SECTIONS.keys()
    if unknown:
        print(f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join(SECTIONS)}")
        return 1
    failed = 0
    for name in wanted or SECTIONS:
        module, on_postgres = SECTIONS[name]
        if on_postgres and not POSTGRES:
            print(f"{name}: left out, BENCH_POSTGRES names no server", flush=True)
            continue
        print(f"{name} …", flush=True)
        with tempfile.TemporaryDirectory(prefix="bench-") as folder, _database() as url:
            failed += _run(name, module, Path(folder), url, on_postgres=on_postgres)
    return failed


def _run(name: str, module: str, folder: Path, url: str, *, on_postgres: bool) -> int:
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "loyalty_site.settings",
        "DATA_DIR": str(folder),
        "WAREHOUSE_URL": str(folder / "warehouse"),
        "STATIC_ROOT": str(folder / "static"),
        "DATABASE_URL": url if on_postgres else f"sqlite:///{folder / 'db.sqlite3'}",
        "DATABASE_POOL": "0",
        "CELERY_BROKER_URL": "memory://",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "DEBUG": "0",
        "HTTPS": "0",
        "ALLOWED_HOSTS": "testserver",
        "BENCH_DATABASE": url,
    }
    said = folder / "section.md"
    command = [sys.executable, "-m", "benchmarks.child", module, str(said)]
    code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    if code:
        print(f"{name}: failed", flush=True)
        return 1
    text = said.read_text(encoding="utf-8")
    document.put(ROOT / "docs/benchmarks.md", name, text, list(SECTIONS))
    print(text, flush=True)
    return 0


@contextmanager
def _database() -> Iterator[str]:
    """An empty PostgreSQL database for one benchmark, dropped at the end; "" without a server."""
    if not POSTGRES:
        yield ""
        return
    server, name = POSTGRES.rstrip("/"), f"bench_{secrets.token_hex(4)}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        try:
            yield f"{server}/{name}"
        finally:
            connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
