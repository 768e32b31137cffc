"""Rules of points in plain sentences: those in force, drafts and what they would change, and their publishing."""

from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from members.admin.base import plain
from members.lib import display
from members.lib.access import actor_of, needs
from members.lib.roles import Right
from members.lib.widgets import Cell, Choice, Column, Row, Table
from members.queries import approvals as approval_queries
from members.queries import merchants, people
from members.services import approvals
from rewards.forms.points_rules import (
    PRODUCTS,
    EventForm,
    MultiplierForm,
    PublishForm,
    RulesForm,
    event_forms,
    multiplier_forms,
)
from rewards.models import PointsRules
from rewards.queries import points_preview
from rewards.queries import points_rules as queries
from rewards.queries.points_preview import Effect, Preview
from rewards.services import points_rules, rules_in_words

PERIODS = ("30", "90")


@needs(Right.PROGRAMME)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The rules in force in plain sentences, and all versions."""
    current = queries.on(people.today())
    versions = [*queries.drafts(), *queries.published()]
    context = {
        "answer": _answer(current),
        "topics": list(rules_in_words.topics(current)) if current else [],
        "table": _versions(versions, current),
        "current": current,
        "asked": approval_queries.open_of([points_rules.KIND]).first(),
    }
    return render(request, "rewards/rules.html", context)


def _answer(current: PointsRules | None) -> str:
    if current is None:
        return _("Purchases earn nothing yet: no rules are in force.")
    since = date_format(current.first_day) if current.first_day else ""
    return _("These rules hold since %(day)s. What was earned before keeps the rules of its day.") % {"day": since}


def _versions(versions: list[PointsRules], current: PointsRules | None) -> Table:
    rows = []
    for one in versions:
        text, tone = _state(one, current)
        name = _("From %(day)s") % {"day": date_format(one.first_day)} if one.first_day else _("Draft %(n)s") % {
            "n": one.pk
        }  # fmt: skip
        address = _address(one)
        first = next(iter(rules_in_words.topics(one)))[1]
        rows.append(Row([Cell(name, url=address), Cell(text, tone=tone), Cell(first)]))
    return Table([Column(_("Version")), Column(_("State")), Column(_("Earning"))], rows, label=_("Versions"))


def _address(version: PointsRules) -> str:
    return redirect("rewards:rules-version", version.pk).url


def _state(version: PointsRules, current: PointsRules | None) -> tuple[str, str]:
    if not version.published_at:
        return _("Draft"), "warn"
    if version == current:
        return _("In force"), "good"
    if version.first_day and version.first_day > people.today():
        return _("To come"), "info"
    return _("Past"), "mut"


@needs(Right.PROGRAMME)
@require_safe
def one(request: HttpRequest, rules_id: int) -> HttpResponse:
    """A version in plain sentences; of a draft also what it would have made of the last orders."""
    return _one(request, _version(rules_id))


def _one(request: HttpRequest, version: PointsRules, form: PublishForm | None = None) -> HttpResponse:
    actor, is_draft = actor_of(request), not version.published_at
    days = request.GET.get("days", "")
    days = days if days in PERIODS else PERIODS[0]
    found = points_preview.of(actor, version, int(days)) if is_draft else None
    context = {
        "version": version,
        "is_draft": is_draft,
        "name": _name(version),
        "state": _state(version, queries.on(people.today())),
        "topics": list(rules_in_words.topics(version)),
        "problems": list(points_rules.problems(version)) if is_draft else [],
        "preview": _preview_context(found) if found else None,
        "periods": [_period(each, days) for each in PERIODS],
        "form": form or PublishForm(initial={"first_day": points_rules.earliest()}),
        "alone": points_rules.may_alone(actor),
    }
    return render(request, "rewards/rules_version.html", context, status=422 if form else 200)


def _name(version: PointsRules) -> str:
    if version.first_day:
        return _("Rules of points from %(day)s") % {"day": date_format(version.first_day)}
    return _("Draft %(n)s of the rules of points") % {"n": version.pk}


def _period(days: str, chosen: str) -> Choice:
    label = ngettext("%(n)s day", "%(n)s days", int(days)) % {"n": days}
    return Choice(days, label, url=f"?days={days}", is_on=days == chosen)


def _preview_context(found: Preview) -> dict[str, Any]:
    numbers = people.numbers(each.member for each in [*found.gains, *found.losses])
    return {
        "said": _said(found),
        "tables": [
            _effects(_("Who would gain most"), found.gains, numbers),
            _effects(_("Who would lose most"), found.losses, numbers),
        ],
    }


def _said(found: Preview) -> str:
    """The answer in two sentences."""
    said = _(
        "%(orders)s orders of members since %(day)s earned %(now)s points by the rules of their days; by this draft "
        "they would have earned %(then)s. %(affected)s of %(members)s members would have another figure."
    ) % {
        "orders": display.number(found.orders), "day": date_format(found.first_day), "now": display.number(found.now),
        "then": display.number(found.then), "affected": display.number(found.affected),
        "members": display.number(found.members),
    }  # fmt: skip
    if found.worth_then is not None:
        currency = merchants.current().currency
        now = display.money(found.worth_now, currency, 2)
        then = display.money(found.worth_then, currency, 2)
        said += " " + _("At the till they would be worth %(then)s, now %(now)s.") % {"then": then, "now": now}
    if found.is_cut:
        said += " " + _("There were more orders; these are the newest.")
    return said


def _effects(label: str, effects: Any, numbers: dict[int, str]) -> Table:
    columns = [
        Column(_("Member")), Column(_("Now"), numeric=True), Column(_("By the draft"), numeric=True),
        Column(_("Difference"), numeric=True),
    ]  # fmt: skip
    return Table(columns, [_effect(each, numbers) for each in effects], label=label)


def _effect(each: Effect, numbers: dict[int, str]) -> Row:
    return Row(
        [
            Cell(numbers.get(each.member, "")), Cell(display.number(each.now)), Cell(display.number(each.then)),
            Cell(display.signed(each.change, 0)),
        ]
    )  # fmt: skip


@needs(Right.PROGRAMME)
@require_POST
def new(request: HttpRequest) -> HttpResponse:
    """A draft: like the version named, like the one in force, or an empty one."""
    like = request.POST.get("like", "")
    version = queries.version(int(like)) if like.isdecimal() else queries.on(people.today())
    if version:
        draft = points_rules.copy(version, by=actor_of(request))
    else:
        draft = PointsRules()
        points_rules.save(draft, points_rules.Parts({}), changes={}, by=actor_of(request))
    return redirect("rewards:rules-edit", draft.pk)


@needs(Right.PROGRAMME)
def edit(request: HttpRequest, rules_id: int) -> HttpResponse:
    """Change a draft."""
    draft = _version(rules_id)
    if draft.published_at:
        messages.error(request, _("These rules are published and can no longer be changed. Make a copy of them."))
        return redirect("rewards:rules-version", draft.pk)
    sent = request.POST if request.method == "POST" else None
    form, multipliers, events = RulesForm(sent, instance=draft), multiplier_forms(draft, sent), event_forms(draft, sent)
    every: list[BaseForm] = [form, *multipliers, *events]
    wrong = [each for each in every if each.errors]  # each is asked, so that all faults are shown
    if sent is not None and not wrong:
        return _saved(request, form, multipliers, events)
    context = {"form": form, "multipliers": multipliers, "events": events, "name": _name(draft), "draft": draft,
               "wrong": wrong}  # fmt: skip
    return render(request, "rewards/rules_form.html", context, status=422 if sent is not None else 200)


def _saved(
    request: HttpRequest, form: RulesForm, multipliers: list[MultiplierForm], events: list[EventForm]
) -> HttpResponse:
    chosen = {name: form.cleaned_data[name] for name in ("stores", "channels", "categories")}
    parts = points_rules.Parts(
        {**chosen, "products": form.cleaned_data[PRODUCTS]},
        [each.cleaned_data for each in multipliers if each.cleaned_data.get("name")],
        [each.cleaned_data for each in events if each.cleaned_data["points"]],
    )
    changes = {
        name: {"before": plain(form.initial.get(name)), "after": plain(form.cleaned_data.get(name))}
        for name in form.changed_data
    }
    try:
        points_rules.save(form.instance, parts, changes=changes, by=actor_of(request))
    except points_rules.Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The draft is saved. Below is what it would change."))
    return redirect("rewards:rules-version", form.instance.pk)


@needs(Right.PROGRAMME)
@require_POST
def publish(request: HttpRequest, rules_id: int) -> HttpResponse:
    """Ask a second person to let a draft come into force; who is alone decides alone."""
    draft, actor, form = _version(rules_id), actor_of(request), PublishForm(request.POST)
    if not form.is_valid():
        return _one(request, draft, form)
    first_day = form.cleaned_data["first_day"]
    try:
        if points_rules.may_alone(actor):
            points_rules.publish_alone(draft, first_day, by=actor)
            said = _("The rules are published; they hold from %(day)s.")
        else:
            points_rules.ask_publish(draft, first_day, reason=form.cleaned_data["reason"], by=actor)
            said = _("Asked: a second person decides whether the rules hold from %(day)s.")
    except (points_rules.Refused, approvals.Refused) as refused:
        form.add_error("first_day", str(refused))
        return _one(request, draft, form)
    messages.success(request, said % {"day": date_format(first_day)})
    return redirect("rewards:rules")


@needs(Right.PROGRAMME)
@require_POST
def discard(request: HttpRequest, rules_id: int) -> HttpResponse:
    """Delete a draft."""
    try:
        points_rules.discard(_version(rules_id), by=actor_of(request))
    except points_rules.Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The draft is deleted."))
    return redirect("rewards:rules")


def _version(rules_id: int) -> PointsRules:
    found = queries.version(rules_id)
    if found is None:
        raise Http404
    return found
