"""Cases from a file: tried first, then written."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from members.lib.access import actor_of, needs
from members.lib.roles import Right
from members.queries import people
from surveys.exports import case_files as words
from surveys.forms.reviews import CasesForm
from surveys.rules.named_rows import Unreadable
from surveys.services import case_files
from surveys.services.case_files import Outcome


@needs(Right.IMPORT)
def page(request: HttpRequest) -> HttpResponse:
    """The form, and what came of the file."""
    form = CasesForm(request.POST or None, request.FILES or None, initial={"day": people.today()})
    outcome: Outcome | None = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            outcome = case_files.import_file(
                given["file"].read(), source=given["source"], day=given["day"], dry_run=given["dry_run"],
                by=actor_of(request),
            )  # fmt: skip
        except Unreadable as why:
            form.add_error("file", words.unreadable(why))
        else:
            if not given["dry_run"] and not outcome.faults:
                messages.success(request, words.summary(outcome))
                return redirect("surveys:cases")
    context = {
        "form": form, "outcome": outcome, "summary": words.summary(outcome) if outcome else "",
        "faults": words.faults(outcome) if outcome else [], "tried": bool(outcome) and form.cleaned_data["dry_run"],
    }  # fmt: skip
    return render(request, "surveys/cases_import.html", context, status=422 if form.errors else 200)
