"""What became of a file of reviews, in words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.lib import display
from surveys.rules.named_rows import Unreadable
from surveys.rules.review_rows import Fault
from surveys.services.reviews import Outcome

SHOWN = 20


def unreadable(why: Unreadable) -> str:
    """Why a file cannot be read, and what to do."""
    what, *about = why.args
    texts = {
        "encoding": _("The file is no text in UTF-8 or GB 18030. Save it as CSV (UTF-8) and send it again."),
        "empty": _("The file is empty. Its first line must hold the headings."),
        "quotes": _("A quotation mark is never closed, or a cell is longer than any text. Save the file anew."),
        "columns": _("The headings must name a number, and stars or text: number, date, rating, text, store, member."),
        "long": _("The file has more than 100,000 lines. Send it in parts."),
        "theme": _("No theme in use has the code that “%(heading)s” names. The codes stand under Themes."),
    }
    return texts[what] % {"heading": "".join(about)}


def fault(found: Fault) -> str:
    """What is wrong with a line."""
    texts = {
        "number": _("Line %(line)s has no number of its own, or one longer than 120 signs."),
        "rating": _("Line %(line)s: “%(value)s” are no stars. Write 1 to 5, or leave it empty."),
        "date": _("Line %(line)s: “%(value)s” is not a date. Write it like 2026-11-21."),
        "nothing": _("Line %(line)s has neither stars nor text."),
        "text": _("Line %(line)s is longer than 4,000 signs: “%(value)s…”"),
        "mood": _("Line %(line)s: “%(value)s” is no mood of a theme. Write positive, neutral, negative or nothing."),
        "twice": _("Line %(line)s: the number “%(value)s” stands further up already."),
        "store": _("Line %(line)s: there is no store “%(value)s”. Write its code, or leave it empty."),
    }
    return texts[found.what] % {"line": found.line, "value": found.value}


def summary(outcome: Outcome) -> str:
    """How many are new, changed, the same and rejected."""
    new = ngettext("%(n)s new review", "%(n)s new reviews", outcome.new) % {"n": display.number(outcome.new)}
    return _("%(new)s, %(changed)s changed, %(same)s known already, %(bad)s lines left out") % {
        "new": new, "changed": display.number(outcome.changed), "same": display.number(outcome.same),
        "bad": display.number(len(outcome.faults)),
    }  # fmt: skip


def faults(outcome: Outcome) -> list[str]:
    """The first faults in words."""
    return [fault(found) for found in outcome.faults[:SHOWN]]
