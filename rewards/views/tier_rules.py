"""One version of the rules of tiers: its conditions, what it would change, and how it comes into force."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from members.lib import display
from members.lib.access import actor_of, needs
from members.lib.roles import Right
from members.lib.widgets import Cell, Column, Row, Table
from members.queries import people
from members.services import approvals
from rewards.forms.tiers import DraftForm, PublishForm
from rewards.models import TierRules
from rewards.queries import tier_counts
from rewards.queries import tiers as queries
from rewards.services import tier_rules
from rewards.views.tiers import may_publish_alone


@needs(Right.PROGRAMME)
@require_POST
def draft(request: HttpRequest) -> HttpResponse:
    """A new draft that says what the newest rules say."""
    latest = queries.published().first() or queries.drafts().first()
    if latest is None:
        return redirect("rewards:tiers")
    return redirect("rewards:tier-rules", tier_rules.copy(latest, by=actor_of(request)).pk)


@needs(Right.PROGRAMME)
def page(request: HttpRequest, rules_id: int) -> HttpResponse:
    """A draft with its form and its effect; a published version in words. A POST keeps the draft."""
    version = _version(rules_id)
    ladder = [tier for tier in queries.ladder() if not tier.is_special][1:]
    form = DraftForm(request.POST or None, instance=version, ladder=ladder) if version.published_at is None else None
    if form and request.method == "POST" and form.is_valid():
        tier_rules.save(form.instance, form.asked(), by=actor_of(request))
        messages.success(request, _("The draft is kept. Nothing changes for members before it is published."))
        return redirect("rewards:tier-rules", version.pk)
    return _shown(request, version, form, PublishForm(initial={"first_day": people.today()}))


def _shown(request: HttpRequest, version: TierRules, form: DraftForm | None, publish: PublishForm) -> HttpResponse:
    stored = _version(version.pk)
    moved = tier_counts.preview(stored, people.today()) if form else []
    up, at_risk = sum(row.raised for row in moved), sum(row.at_risk for row in moved)
    context = {
        "version": stored,
        "form": form,
        "publish": publish,
        "problems": list(tier_rules.problems(stored)) if form else [],
        "sentences": tier_rules.sentences(stored),
        "moved": _moved(moved),
        "answer": _answer(up, at_risk) if form else "",
        "alone": may_publish_alone(actor_of(request)),
        "said": [(one.tier.name, tier_rules.in_words(one)) for one in stored.conditions.all()],
    }
    wrong = (form and form.errors) or publish.errors
    return render(request, "rewards/tier_rules.html", context, status=422 if wrong else 200)


@needs(Right.PROGRAMME)
@require_POST
def publish(request: HttpRequest, rules_id: int) -> HttpResponse:
    """Ask a second person; the very first rules an administrator publishes alone."""
    version, actor = _version(rules_id), actor_of(request)
    try:
        if may_publish_alone(actor):
            tier_rules.publish_first(version, by=actor)
            messages.success(request, _("The rules are in force. Members are being evaluated in the background."))
            return redirect("rewards:tiers")
        form = PublishForm(request.POST)
        if not form.is_valid():
            ladder = [tier for tier in queries.ladder() if not tier.is_special][1:]
            return _shown(request, version, DraftForm(instance=version, ladder=ladder), form)
        tier_rules.ask_publish(version, form.cleaned_data["first_day"], reason=form.cleaned_data["reason"], by=actor)
    except (tier_rules.Refused, approvals.Refused) as refused:
        messages.error(request, str(refused))
        return redirect("rewards:tier-rules", version.pk)
    messages.success(request, _("Asked. An administrator decides; until then nothing changes."))
    return redirect("rewards:tiers")


@needs(Right.PROGRAMME)
@require_POST
def discard(request: HttpRequest, rules_id: int) -> HttpResponse:
    """Throw a draft away."""
    try:
        tier_rules.discard(_version(rules_id), by=actor_of(request))
        messages.success(request, _("The draft is thrown away."))
    except tier_rules.Refused as refused:
        messages.error(request, str(refused))
    return redirect("rewards:tiers")


def _version(rules_id: int) -> TierRules:
    either = queries.published() | queries.drafts()
    found: TierRules = get_object_or_404(either, pk=rules_id)
    return found


def _answer(up: int, at_risk: int) -> str:
    rise = ngettext(
        "With this draft %(n)s member rises at once.", "With this draft %(n)s members rise at once.", up
    ) % {"n": display.number(up)}  # fmt: skip
    if not at_risk:
        return rise
    lose = ngettext(
        "%(n)s keeps the tier to the end of the period, and would then not keep it by what was bought so far.",
        "%(n)s keep their tier to the end of their period, and would then not keep it by what they bought so far.",
        at_risk,
    ) % {"n": display.number(at_risk)}
    return f"{rise} {lose}"


def _moved(moved: list[tier_counts.Moved]) -> Table:
    columns = [
        Column(_("Tier")), Column(_("Members today"), numeric=True), Column(_("With this draft"), numeric=True),
        Column(_("Rise into it"), numeric=True), Column(_("Would not keep it"), numeric=True),
    ]  # fmt: skip
    rows = [
        Row([Cell(row.tier.name), *(Cell(display.number(n)) for n in (row.now, row.then, row.raised, row.at_risk))])
        for row in reversed(moved)
    ]
    return Table(columns, rows, label=_("Members by tier, today and with this draft"))
