"""What the merchant wants to reach: one small form per figure, and what was set before."""

from collections.abc import Iterable
from decimal import Decimal

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from members.forms import TargetForm
from members.lib import display
from members.lib.access import actor_of, needs
from members.lib.money import SCALE, from_units
from members.lib.roles import Right
from members.lib.widgets import Cell, Column, Row, Table
from members.models import Target
from members.queries import merchants, people
from members.queries import targets as queries
from members.services import targets

_UNITS = {Target.Metric.REPEAT_RATE: 100, Target.Metric.SALES: SCALE, Target.Metric.ACTIVE_MEMBERS: 1}


@needs(Right.SETTINGS)
def page(request: HttpRequest) -> HttpResponse:
    """Show the targets; a POST sets the one it names."""
    metric = request.POST.get("metric", "")
    sent = TargetForm(metric, request.POST, prefix=metric) if metric in Target.Metric.values else None
    if sent is not None and sent.is_valid():
        targets.set_target(metric=metric, by=actor_of(request), **sent.cleaned_data)
        messages.success(request, _("The target is set. Today shows how far it is."))
        return redirect("members:targets")
    actor, today = actor_of(request), people.today()
    now = queries.standing(actor, today)
    rows = [
        (each, _shown(each, now.get(each)), sent if sent and each == metric else _form(each, now.get(each)))
        for each in Target.Metric
    ]
    context = {"rows": rows, "history": _history(queries.history(actor)[:50]), "sent": sent}
    return render(request, "members/targets.html", context, status=422 if sent else 200)


def _form(metric: str, value: int | None) -> TargetForm:
    initial = {"valid_from": people.today().replace(day=1)}
    if value is not None:
        plain = Decimal(value) / _UNITS[Target.Metric(metric)]
        initial |= {"value": plain.quantize(Decimal("0.01")) if plain % 1 else int(plain)}  # type: ignore[dict-item]
    return TargetForm(metric, initial=initial, prefix=metric)


def _shown(metric: str, value: int | None) -> str:
    if value is None:
        return _("none")
    if metric == Target.Metric.REPEAT_RATE:
        return display.percent(Decimal(value) / SCALE)
    if metric == Target.Metric.SALES:
        return display.money(from_units(value), merchants.current().currency)
    return display.number(value)


def _history(found: Iterable[Target]) -> Table:
    return Table(
        columns=[Column(_("Figure")), Column(_("Target"), numeric=True), Column(_("Applies from")), Column(_("By"))],
        rows=[
            Row(
                [
                    Cell(str(each)),
                    Cell(_shown(each.metric, each.value)),
                    Cell(date_format(each.valid_from, "DATE_FORMAT")),
                    Cell(each.set_by),
                ]
            )
            for each in found
        ],
        label=_("Targets set so far"),
    )
