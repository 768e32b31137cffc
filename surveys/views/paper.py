"""Answers from paper, typed in by a clerk."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from members.lib.access import actor_of, needs
from members.lib.roles import Right
from members.models import Store
from members.queries import look_up
from members.queries import scope as member_scope
from surveys.forms import answering as drawing
from surveys.models import Response, Survey
from surveys.queries import answering as queries
from surveys.queries import links as link_queries
from surveys.queries import surveys
from surveys.queries.answering import Door
from surveys.services import answering


class SheetForm(forms.Form):
    """What stands on a sheet of paper beside the answers."""

    sheet = forms.CharField(max_length=40)
    store = forms.CharField(max_length=60)
    member = forms.CharField(max_length=120, required=False)


@needs(Right.COUNTER)
def paper(request: HttpRequest, survey_id: int) -> HttpResponse:
    """Answers from a sheet of paper, each sheet once."""
    survey = get_object_or_404(link_queries.open_surveys(actor_of(request)), pk=survey_id)
    version = surveys.asked_version(survey)
    if version is None:
        raise Http404
    faults, sent, problems = dict[str, str](), None, list[str]()
    if request.method == "POST":
        sent = dict(request.POST.lists())
        door, problems = _sheet(request, survey)
        if door:
            try:
                faults = answering.save_all(door, sent, language="zh-hans", by=actor_of(request)).faults
            except answering.Closed:
                problems = [_("This sheet has been entered before. Nothing was changed.")]
        if not faults and not problems:
            messages.success(request, _("The sheet is entered. Here is room for the next one."))
            return redirect("surveys:paper", survey.pk)
    context = {
        "survey": survey, "stores": member_scope.stores(actor_of(request)).filter(is_active=True),
        "questions": [drawing.drawn(one, [], faults.get(one.code, ""), sent) for one in queries.questions(version)],
        "problems": problems, "faults": len(faults),
        "sent": {name: request.POST.get(name, "") for name in ("sheet", "store", "member")},
    }  # fmt: skip
    return render(request, "surveys/paper.html", context, status=422 if faults or problems else 200)


def _sheet(request: HttpRequest, survey: Survey) -> tuple[Door | None, list[str]]:
    form = SheetForm(request.POST)
    if not form.is_valid():
        return None, [_("Say which sheet it is and of which store.")]
    actor, said = actor_of(request), form.cleaned_data
    store: Store | None = member_scope.stores(actor).filter(code=said["store"]).first()
    if store is None:
        return None, [_("Say which sheet it is and of which store.")]
    member = look_up.exactly(actor, said["member"]).first() if said["member"] else None
    if said["member"] and member is None:
        return None, [_("No member has exactly the number, card or phone “%(text)s”.") % {"text": said["member"]}]
    key = f"paper-{survey.pk}-{store.pk}-{said['sheet'].casefold()}"
    return Door(survey, key, Response.Way.PAPER, member=member, store=store, entered_by=actor.name), []
