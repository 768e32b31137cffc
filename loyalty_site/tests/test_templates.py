"""What a strict content policy refuses must not be written in the first place."""

import re
from pathlib import Path

import pytest
from django.conf import settings

FILES = sorted(
    path for folder in ("templates", "*/templates") for path in settings.BASE_DIR.glob(f"{folder}/**/*.html")
)
REFUSED = {
    "style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "style element": re.compile(r"<style", re.IGNORECASE),
    "inline script": re.compile(r"<script(?![^>]*\ssrc=)", re.IGNORECASE),
    "event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "javascript address": re.compile(r"javascript:", re.IGNORECASE),
    "address of another site": re.compile(r"(?:src|href|action)\s*=\s*[\"']?(?:https?:)?//", re.IGNORECASE),
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_a_template_holds_nothing_the_content_policy_refuses(path: Path):
    text = re.sub(r"{#.*?#}", "", path.read_text())
    assert not [name for name, pattern in REFUSED.items() if pattern.search(text)]


@pytest.mark.parametrize(
    ("bad", "name"),
    [
        ('<p style="x">', "style attribute"),
        ("<script>x</script>", "inline script"),
        ('<a onclick="x">', "event attribute"),
        ('<script src="//cdn">', "address of another site"),
    ],
)
def test_the_search_finds_what_it_looks_for(bad, name):
    assert REFUSED[name].search(bad)


def test_every_icon_named_in_a_template_is_drawn():
    drawn = set(re.findall(r'<symbol id="([a-z]+)"', (settings.BASE_DIR / "static/icons.svg").read_text()))
    named = {name for path in FILES for name in re.findall(r'{% icon "([a-z]+)"', path.read_text())}
    assert named <= drawn
