"""Parts of the documents that the code knows better; REWRITE_DOCS=1 lets these tests renew them."""

import os
import re

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise


def held(document: str, name: str, content: str) -> None:
    """Assert that docs/DOCUMENT holds `content` between its marks for `name`, or put it there when asked to."""
    path = settings.BASE_DIR / "docs" / document
    text = path.read_text(encoding="utf-8")
    marks = re.compile(rf"(<!-- {name} -->\n)(.*?)(\n<!-- end -->)", re.DOTALL)
    assert len(marks.findall(text)) == 1, f"docs/{document} needs the marks <!-- {name} --> and <!-- end -->"
    if os.environ.get("REWRITE_DOCS"):
        text = marks.sub(lambda found: found[1] + content + found[3], text)
        path.write_text(text, encoding="utf-8")
    assert f"<!-- {name} -->\n{content}\n<!-- end -->" in text, "renew the tables: REWRITE_DOCS=1"


def both(text: str | Promise) -> str:
    """A text (a msgid or a lazy one) in English and in Chinese."""
    with translation.override("zh-hans"):
        return f"{english(text)} · {translation.gettext(text) if isinstance(text, str) else text}"


def english(text: str | Promise) -> str:
    with translation.override("en"):
        return translation.gettext(text) if isinstance(text, str) else str(text)
