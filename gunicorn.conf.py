"""What gunicorn reads by itself when it is started in this folder. Numbers are given on its command line.

Each process counts the requests it answers in a folder of this start; whichever is asked for the metrics adds them up.
"""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

PREFIX = "huitou-metrics-"
wsgi_app = "loyalty_site.wsgi"
worker_class = "gthread"
control_socket_disable = True

if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:  # a reload (HUP) reads this file again and keeps the folder
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix=PREFIX)  # before anything imports the counters


def on_exit(server: Any) -> None:
    folder = Path(os.environ["PROMETHEUS_MULTIPROC_DIR"])
    if folder.name.startswith(PREFIX):
        shutil.rmtree(folder, ignore_errors=True)
