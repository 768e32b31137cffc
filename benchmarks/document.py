"""docs/benchmarks.md: a section per benchmark, each replaced by the run that measured it."""

import os
import platform
import re
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path

HEAD = """# Benchmarks

Written by `make bench`; do not edit. Every ratio compares two things measured in turns within one run, so that a busy
machine slows both; the quoted figure is the median of the paired ratios, with the smallest and largest behind it.
CPU is the time of all threads of the process (or of the database's own process), which other work on the machine
disturbs least. No test asserts on any of this.
"""
VERSIONS = ("django", "duckdb", "ibis-framework", "pandas", "pyarrow", "psycopg")


def put(path: Path, name: str, text: str, order: Sequence[str]) -> None:
    """Replace one section, keep the others, in the given order."""
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    sections = dict(re.findall(r"<!-- begin (\S+) -->\n(.*?)<!-- end \1 -->\n", old, re.DOTALL))
    sections[name] = text.strip() + "\n"
    parts = [f"<!-- begin {key} -->\n{sections[key]}<!-- end {key} -->\n" for key in order if key in sections]
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join([HEAD, *parts]), encoding="utf-8")


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table: the first column left, the others right."""
    lines = ["| " + " | ".join(headings) + " |", "|---|" + "---:|" * (len(headings) - 1)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)]) + "\n"


def machine() -> str:
    """What it ran on, without naming the machine, and how busy that was: above its cores the clock means little."""
    cores = len(os.sched_getaffinity(0))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    packages = ", ".join(f"{name} {version(name)}" for name in VERSIONS)
    busy = f"load average {os.getloadavg()[1]:.0f}"
    return f"{cores} cores, {memory:.0f} GB, {busy}, Python {platform.python_version()}, {packages}"
