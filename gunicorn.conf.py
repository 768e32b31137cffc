"""What gunicorn reads by itself when it is started in this folder. Numbers are given on its command line.

Each process counts the requests it answers in a folder of this start; whichever is asked for the metrics adds them up.
"""

import os
import shutil
import tempfile
from typing import Any

wsgi_app = "loyalty_site.wsgi"
worker_class = "gthread"
control_socket_disable = True

_folder = tempfile.mkdtemp(prefix="huitou-metrics-")
os.environ["PROMETHEUS_MULTIPROC_DIR"] = _folder  # before any process imports the counters


def on_exit(server: Any) -> None:
    shutil.rmtree(_folder, ignore_errors=True)
