"""What became of a file of cases, in words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.lib import display
from surveys.rules.case_rows import Fault
from surveys.rules.named_rows import Unreadable
from surveys.services.case_files import Outcome

SHOWN = 20


def unreadable(why: Unreadable) -> str:
    """Why a file cannot be read, and what to do."""
    return {
        "encoding": _("The file is no text in UTF-8 or GB 18030. Save it as CSV (UTF-8) and send it again."),
        "empty": _("The file is empty. Its first line must hold the headings."),
        "quotes": _("A quotation mark is never closed, or a cell is longer than any text. Save the file anew."),
        "columns": _("The headings must name a number and a text: number, text, opened, first_response, state."),
        "long": _("The file has more than 100,000 lines. Send it in parts."),
    }[str(why)]


def fault(found: Fault) -> str:
    """What is wrong with a line, and how to mend it."""
    no_time = _("Line %(line)s: “%(value)s” is not a time. Write it like 2026-11-21 14:30.")
    too_long = _("Line %(line)s: “%(value)s…” is longer than its column takes. Shorten it.")
    texts = {
        "number": _("Line %(line)s has no number of its own, or one longer than 120 signs."),
        "nothing": _("Line %(line)s has no text: write down what happened."),
        "text": _("Line %(line)s is longer than 8,000 signs: “%(value)s…”"),
        "twice": _("Line %(line)s: the number “%(value)s” stands further up already."),
        "opened": no_time, "first": no_time, "resolved": no_time, "contact": too_long, "staff": too_long,
        "future": _("Line %(line)s: it was opened at %(value)s, which is still to come. Correct the time or its zone."),
        "state": _("Line %(line)s: “%(value)s” is no state. Write new, open, waiting, resolved or closed."),
        "priority": _("Line %(line)s: “%(value)s” is no priority. Write high, normal or low, or leave it empty."),
        "kind": _("Line %(line)s: “%(value)s” is no kind. Write complaint or service, or leave it empty."),
        "outcome": _(
            "Line %(line)s: “%(value)s” is no outcome. Write solved, compensated, explained, not_justified or"
            " no_answer, or leave it empty."
        ),
        "cause": _("Line %(line)s: there is no cause “%(value)s”. Write its code or name, or leave it empty."),
        "store": _("Line %(line)s: there is no store “%(value)s”. Write its code, or leave it empty."),
        "member": _("Line %(line)s: no member has the number “%(value)s”. Import the member first, or leave it empty."),
    }  # fmt: skip
    return texts[found.what] % {"line": found.line, "value": found.value}


def summary(outcome: Outcome) -> str:
    """How many are new, known already and rejected, and how many have times that count in no average."""
    new = ngettext("%(n)s new case", "%(n)s new cases", outcome.new) % {"n": display.number(outcome.new)}
    said = _("%(new)s, %(same)s known already and left as they are, %(bad)s lines left out.") % {
        "new": new, "same": display.number(outcome.same), "bad": display.number(len(outcome.faults)),
    }  # fmt: skip
    if not outcome.flagged:
        return said
    flagged = ngettext(
        "%(n)s of them has times that are missing or cannot be; it is kept and in no average.",
        "%(n)s of them have times that are missing or cannot be; they are kept and in no average.", outcome.flagged,
    ) % {"n": display.number(outcome.flagged)}  # fmt: skip
    return f"{said} {flagged}"


def faults(outcome: Outcome) -> list[str]:
    """The first faults in words."""
    return [fault(found) for found in outcome.faults[:SHOWN]]
