"""The settings of the test suite: folders of its own per process, quick passwords, no server unless it is named.

DATABASE_URL and CELERY_BROKER_URL are taken from the environment, so that the suite runs on every engine.
"""

import os
import tempfile

OUTSIDE = dict(os.environ)  # for processes that tests start: what the developer's shell would give them
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
FOLDER = tempfile.mkdtemp(prefix=f"loyalty-{WORKER}-")
os.environ.update(
    DATA_DIR=FOLDER,
    WAREHOUSE_URL=f"{FOLDER}/warehouse",
    STATIC_ROOT=FOLDER,
    SECRET_KEY="only-for-tests-" + "0123456789" * 5,
    DEBUG="0",
    HTTPS="0",
    DJANGO_ALLOW_ASYNC_UNSAFE="1",  # playwright runs an event loop beside the test
)
if os.environ.setdefault("CELERY_BROKER_URL", "memory://").startswith("redis:"):
    # Parallel test processes must not answer each other's bells: each takes a Redis database of its own.
    server = os.environ["CELERY_BROKER_URL"].rpartition("/")[0]
    os.environ["CELERY_BROKER_URL"] = f"{server}/{int(WORKER.removeprefix('gw') or 0) + 1}"

from loyalty_site.settings import *  # noqa: E402, F403, TID251 - after the environment, on purpose

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {  # noqa: F405 - browser tests serve files by their plain names
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # A file and not memory: the threads and processes that tests start see it too.
    DATABASES["default"]["TEST"] = {"NAME": f"{FOLDER}/test.sqlite3"}  # noqa: F405
