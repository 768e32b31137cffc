"""Tiers: what each takes, who is in it and close to it, what it gives, and the rules being drafted."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from members.lib import display
from members.lib.access import actor_of, needs
from members.lib.actor import Actor
from members.lib.money import plain, to_units
from members.lib.roles import Right
from members.lib.widgets import Cell, Column, Row, Table
from members.queries import merchants, people
from rewards.models import Benefit, Tier, TierRules
from rewards.queries import benefits as benefit_queries
from rewards.queries import tier_counts
from rewards.queries import tiers as queries
from rewards.queries.benefits import Used
from rewards.services import presets, tier_rules


@needs(Right.PROGRAMME)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """All tiers today; before there are any, the programmes to begin with."""
    actor, today = actor_of(request), people.today()
    ladder, version = queries.ladder(), queries.rules_on(today)
    if not ladder:
        return render(request, "rewards/tiers_begin.html")
    counts, near = tier_counts.by_tier(actor, today), tier_counts.near_misses(actor, today)
    versions = [*queries.drafts().order_by("-pk"), *queries.published()]
    context = {
        "answer": _answer(ladder, counts, sum(map(len, near.values()))),
        "table": _tiers(ladder, version, counts, {code: len(ids) for code, ids in near.items()}),
        "sentences": tier_rules.sentences(version) if version else [],
        "benefits": _benefits(),
        "versions": [(one, _state(one, version)) for one in versions],
        "version": version,
    }
    return render(request, "rewards/tiers.html", context)


@needs(Right.PROGRAMME)
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Load one of the programmes to begin with."""
    try:
        made = presets.load(request.POST.get("preset", ""), by=actor_of(request))
    except KeyError:
        return redirect("rewards:tiers")
    except presets.Refused as refused:
        messages.error(request, str(refused))
        return redirect("rewards:tiers")
    messages.success(request, _("The programme is there as a draft. Look at what it asks for, then publish it."))
    return redirect("rewards:tier-rules", made.tier_rules.pk)


def _answer(ladder: list[Tier], counts: Mapping[str, int], near: int) -> str:
    lowest = queries.lowest(ladder)
    everybody = sum(counts.values())
    above = everybody - (counts.get(lowest.code, 0) if lowest else 0)
    share = display.percent(above / everybody) if everybody else display.NONE
    said = _("%(above)s of %(all)s members (%(share)s) are above the lowest tier.") % {
        "above": display.number(above), "all": display.number(everybody), "share": share,
    }  # fmt: skip
    close = ngettext(
        "%(n)s is within a tenth of the next one.", "%(n)s are within a tenth of the next one.", near
    ) % {"n": display.number(near)}  # fmt: skip
    return f"{said} {close}"


def _tiers(ladder: list[Tier], version: TierRules | None, counts: Mapping[str, int], near: Mapping[str, int]) -> Table:
    said = {one.tier_id: tier_rules.in_words(one) for one in version.conditions.all()} if version else {}
    lowest = queries.lowest(ladder)
    columns = [
        Column(_("Tier")), Column(_("What it takes")), Column(_("Members today"), numeric=True),
        Column(_("Close to it"), numeric=True),
    ]  # fmt: skip
    rows = []
    for tier in reversed(ladder):
        takes = said.get(tier.pk, "") or display.NONE
        if tier.is_special:
            takes = _("given by hand, with a reason and a second person")
        elif lowest and tier.pk == lowest.pk:
            takes = _("everybody")
        here, close = counts.get(tier.code, 0), near.get(tier.code, 0)
        rows.append(
            Row(
                [
                    Cell(tier.name), Cell(takes), Cell(display.number(here), url=_list(tier), value=str(here)),
                    Cell(display.number(close), url=_list(tier, near=1) if close else "", value=str(close)),
                ]
            )
        )  # fmt: skip
    return Table(columns, rows, label=_("Tiers"), cards=True)


def _list(tier: Tier, **more: int) -> str:
    """The members behind a number, as `panels.tiers` finds them."""
    asked: dict[str, str | int] = {"from": tier_counts.AUDIENCE, "tier": tier.code, **more}
    return f"{reverse('members:list')}?{urlencode(asked)}"


def _benefits() -> Table:
    used, currency = benefit_queries.used(), merchants.current().currency
    columns = [
        Column(_("Benefit")), Column(_("Tier")), Column(_("Kind"), on_phone=False), Column(_("How often")),
        Column(_("Used"), numeric=True), Column(_("Cost so far"), numeric=True),
    ]  # fmt: skip
    rows = []
    for one in benefit_queries.every().order_by("-tier__rank", "pk"):
        sums = used.get(one.pk, Used())
        cells = [one.name, one.tier.name, one.get_kind_display(), how_often(one), display.number(sums.times)]
        rows.append(
            Row([*map(Cell, cells), Cell(display.money(sums.cost, currency, 2), value=plain(to_units(sums.cost)))])
        )
    return Table(columns, rows, label=_("Benefits"), cards=True)


def how_often(benefit: Benefit) -> str:
    """“twice a year” in figures, and whether it is on offer at all."""
    if not benefit.is_active:
        return _("not on offer")
    if benefit.times is None:
        return _("as often as wanted")
    return _("%(n)s × %(per)s") % {"n": benefit.times, "per": benefit.get_per_display().lower()}


def _state(one: TierRules, current: TierRules | None) -> tuple[str, str, str]:
    """What a version is today: words, the tone of its pill, and since or from when."""
    if one.published_at is None or one.first_day is None:
        return _("Draft"), "warn", ""
    day = date_format(one.first_day, "DATE_FORMAT")
    if current and one.pk == current.pk:
        return _("In force"), "good", _("since %(day)s") % {"day": day}
    if one.first_day > people.today():
        return _("To come"), "info", _("from %(day)s") % {"day": day}
    return _("Replaced"), "mut", _("from %(day)s") % {"day": day}


def may_publish_alone(actor: Actor) -> bool:
    """Whether there is nothing to lose yet, and the actor decides about settings."""
    return actor.may(Right.SETTINGS) and not queries.published().exists()
