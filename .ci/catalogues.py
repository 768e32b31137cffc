"""Check that the Chinese catalogue is complete and that the compiled file is the one compiled from it.

`--write` compiles instead. polib does it: gettext is needed only to collect new strings (`make messages`).
"""

import sys
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    faults = [fault for path in sorted(ROOT.glob("locale/*/LC_MESSAGES/*.po")) for fault in faults_of(path)]
    for fault in faults:
        sys.stderr.write(f"{fault}\n")
    return 1 if faults else 0


def faults_of(path: Path) -> list[str]:
    catalogue, compiled = polib.pofile(str(path)), path.with_suffix(".mo")
    if "--write" in sys.argv:
        catalogue.save_as_mofile(str(compiled))
    missing = [*catalogue.untranslated_entries(), *catalogue.fuzzy_entries()]
    faults = [f"{path}: not translated: {entry.msgid!r}" for entry in missing if not entry.obsolete]
    if not compiled.exists() or compiled.read_bytes() != catalogue.to_binary():
        faults.append(f"{compiled}: not compiled from {path.name}; run `.ci/catalogues.py --write`")
    return faults


if __name__ == "__main__":
    sys.exit(main())
