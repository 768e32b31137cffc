"""How templates show figures and the small components; the larger ones are includes in templates/components."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from members.lib import display, masking
from members.lib.widgets import Cell, Change, Column, Row
from members.models import Identifier

register = template.Library()
TREND_POINTS = 2  # fewer are no line


@register.simple_tag
def icon(name: str, size: int = 18) -> SafeString:
    """`{% icon "home" %}`, `{% icon "home" 16 %}`: a drawing of static/icons.svg, hidden from screen readers."""
    return format_html(
        '<svg class="i{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        "" if size == 18 else f" s{size}",
        static("icons.svg"),
        name,
    )


@register.filter
def number(value: display.Figure | None, decimals: int = 0) -> str:
    """`{{ 1940|number }}` -> 1,940"""
    return display.number(value, decimals)


@register.filter
def money(value: display.Figure | None, currency: str = "CNY") -> str:
    """`{{ amount|money:merchant.currency }}` -> ¥1,234: summaries."""
    return display.money(value, currency)


@register.filter
def money_exact(value: display.Figure | None, currency: str = "CNY") -> str:
    """`{{ amount|money_exact:merchant.currency }}` -> ¥1,234.50: lists and ledgers."""
    return display.money(value, currency, 2)


@register.filter
def money_short(value: display.Figure, currency: str = "CNY") -> str:
    """`{{ amount|money_short:merchant.currency }}` -> ¥51.2 万, ¥0.51M: inside sentences."""
    return display.money_short(value, currency)


@register.filter
def percent(share: display.Figure | None, decimals: int = 1) -> str:
    """`{{ 0.318|percent }}` -> 31.8%"""
    return display.percent(share, decimals)


@register.filter
def contact(identifier: Identifier) -> str:
    """`{{ identifier|contact }}` -> 138****1234. A whole one is shown on a page of its own, with a reason."""
    return masking.masked(identifier.kind, identifier.value)


@register.simple_tag
def pill(text: str, tone: str = "mut", mark: str = "") -> SafeString:
    """`{% pill "Matched" "good" "check" %}`: a word in a tinted capsule, with an icon if named."""
    return format_html('<span class="pill p-{}">{}{}</span>', tone, icon(mark, 16) if mark else "", text)


@register.simple_tag
def change(value: Change | None, bare: bool = False) -> SafeString:
    """`{% change kpi.change %}`: ▲ 6.4% coloured by whether that is welcome; nothing for None.

    `bare` shows the figure of points without its unit, for a column whose heading says it.
    """
    if value is None:
        return SafeString("")
    if value.value is None:
        return format_html('<span class="chg-flat">{}</span>', value.why or _("Nothing to compare with yet"))
    if not value.clear or value.value == 0:
        return format_html(
            '<span class="fl chg-flat"><span aria-hidden="true">●</span> {}</span>{}',
            _("No clear change"),
            _interval(value),
        )
    size = _size(value, bare)
    if not set(size) & set("123456789"):  # an arrow before 0.0 would claim what nobody can see
        return format_html('<span class="fl chg-flat">{}</span>{}', size, _interval(value))
    rises = value.value > 0
    welcome = "none" if not value.good else "good" if rises == (value.good == "up") else "bad"
    return format_html(
        '<span class="{} chg-{}"><span aria-hidden="true">{}</span><span class="visually-hidden">{}</span> {}</span>{}',
        "up" if rises else "dn",
        welcome,
        "▲" if rises else "▼",
        _("up") if rises else _("down"),
        size,
        _interval(value),
    )


def _interval(value: Change) -> SafeString:
    """How large the change may be: the ends of its interval, small."""
    if value.low is None or value.high is None:
        return SafeString("")
    ends = {"low": _signed(value.low, value.unit), "high": _signed(value.high, value.unit)}
    return format_html(
        ' <span class="ci"><span class="visually-hidden">{} </span>{}</span>',
        _("95 % interval of the change:"),
        _("%(low)s to %(high)s") % ends,
    )


def _signed(figure: display.Figure, unit: str) -> str:
    text = display.signed(display.exact(figure) * 100)
    return f"{text}%" if unit == "percent" else text


def _size(value: Change, bare: bool) -> str:
    figure = abs(display.exact(value.value or 0))
    if value.unit == "percent":
        return display.percent(figure)
    return display.number(figure * 100, 1) if bare else display.points(figure)


@register.simple_tag
def sparkline(values: Sequence[display.Figure], quiet: bool = False) -> SafeString:
    """`{% sparkline kpi.spark %}`: a line over time, without axes; hidden from screen readers."""
    if len(values) < TREND_POINTS:
        return SafeString("")
    figures = [float(value) for value in values]
    low, high = min(figures), max(figures)
    step, span = 116 / (len(figures) - 1), (high - low) or 1.0
    points = " ".join(f"{2 + i * step:.1f},{26 - (v - low) / span * 22:.1f}" for i, v in enumerate(figures))
    return format_html(
        '<svg class="spark{}" viewBox="0 0 120 30" preserveAspectRatio="none" aria-hidden="true">'
        '<polyline points="{}"/></svg>',
        " quiet" if quiet else "",
        points,
    )


@register.filter
def beside(row: Row, columns: Sequence[Column]) -> list[tuple[Column, Cell]]:
    """The cells of a row, each with its column."""
    return list(zip(columns, row.cells, strict=True))


@register.inclusion_tag("components/stepper.html")
def stepper(current: int, *labels: str) -> Mapping[str, Any]:
    """`{% stepper 3 _("File") _("Columns") _("Check") %}`: the steps of a wizard, counted from one."""
    return {"steps": [(n, label, _state(n, current)) for n, label in enumerate(labels, 1)]}


def _state(step: int, current: int) -> str:
    return "done" if step < current else "now" if step == current else "ahead"
