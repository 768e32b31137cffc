"""One benchmark in a process of its own: `python -m benchmarks.child MODULE FILE` writes its section to FILE."""

import sys
from importlib import import_module
from pathlib import Path

import django
from django.core.management import call_command

if __name__ == "__main__":
    django.setup()
    call_command("migrate", verbosity=0)
    section = import_module(sys.argv[1]).run()
    Path(sys.argv[2]).write_text(section, encoding="utf-8")
