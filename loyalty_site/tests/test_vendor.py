import hashlib
import re

import plotly.offline
import pytest
from django.conf import settings

VENDOR = settings.BASE_DIR / "static/vendor"
ROWS = re.findall(r"^\| (\S+) \|.*\| ([0-9a-f]{64}) \|$", (VENDOR / "README.md").read_text(), re.MULTILINE)


@pytest.mark.parametrize(("name", "digest"), ROWS)
def test_a_vendored_file_is_the_one_the_readme_names(name, digest):
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest


def test_every_vendored_file_is_named():
    assert {name for name, _ in ROWS} == {p.name for p in VENDOR.iterdir() if p.suffix in {".js", ".css"}}


def test_the_plotly_of_the_pages_is_the_plotly_of_the_figures():
    head = (VENDOR / "plotly-cartesian.min.js").read_text()[:200]
    assert f"v{plotly.offline.get_plotlyjs_version()}\n" in head


def test_no_file_names_a_source_map_that_is_not_there():
    assert not [p.name for p in VENDOR.glob("*.*s") if "sourceMappingURL" in p.read_text()]
