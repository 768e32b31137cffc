"""Check that the Chinese catalogue is complete and that the compiled file is the one compiled from it.

`--write` tidies and compiles instead. polib does it: gettext is needed only to collect new strings (`make messages`).
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
APPS = ("members", "rewards", "surveys", "analytics", "loyalty_site")


def main() -> int:
    catalogues = sorted(ROOT.glob("locale/*/LC_MESSAGES/*.po"))
    if "--write" in sys.argv:
        for path in catalogues:
            write(path)
    faults = [fault for path in catalogues for fault in faults_of(path)]
    for fault in faults:
        sys.stderr.write(f"{fault}\n")
    return 1 if faults else 0


def write(path: Path) -> None:
    """Sort, drop what is used nowhere, and compile.

    `rules` know no gettext, so makemessages takes their texts for obsolete; those that the code still names stay.
    """
    catalogue = polib.pofile(str(path), wrapwidth=110)
    literals = set(strings())
    for entry in list(catalogue):
        if entry.obsolete and entry.msgid in literals:
            entry.obsolete = False
        elif entry.obsolete:
            catalogue.remove(entry)
    for stamp in ("POT-Creation-Date", "Report-Msgid-Bugs-To"):
        catalogue.metadata.pop(stamp, None)
    catalogue.sort(key=lambda entry: (entry.msgid, entry.msgctxt or ""))
    catalogue.save()
    catalogue.save_as_mofile(str(path.with_suffix(".mo")))


def strings() -> Iterator[str]:
    """Every string literal of the product's code."""
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value


def faults_of(path: Path) -> list[str]:
    catalogue, compiled = polib.pofile(str(path)), path.with_suffix(".mo")
    missing = [*catalogue.untranslated_entries(), *catalogue.fuzzy_entries()]
    faults = [f"{path}: not translated: {entry.msgid!r}" for entry in missing if not entry.obsolete]
    if not compiled.exists() or compiled.read_bytes() != catalogue.to_binary():
        faults.append(f"{compiled}: not compiled from {path.name}; run `.ci/catalogues.py --write`")
    return faults


if __name__ == "__main__":
    sys.exit(main())
