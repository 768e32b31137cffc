"""Rules of tiers come into force as a new version: drafted, looked at with what it would change, decided by a second
person. Nobody loses a tier by it before their period is over."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final, NamedTuple

from django.db import IntegrityError, transaction
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from members.lib import clock, display
from members.lib.actor import Actor
from members.lib.roles import Right
from members.models import Approval
from members.queries import merchants, people
from members.services import approvals, audit
from members.services.approvals import Change, Words
from rewards.models import TierCondition, TierRules
from rewards.queries import tiers as queries
from rewards.services import tiers

KIND: Final = "publish_tier_rules"


class Refused(ValueError):
    """These rules cannot come into force; the text says why, for the reader. Nothing was changed."""


class Asked(NamedTuple):
    """What a tier takes; None is not asked for."""

    spend: Decimal | None = None
    orders: int | None = None
    points: int | None = None


@transaction.atomic
def save(draft: TierRules, asked: Mapping[int, Asked], *, by: Actor) -> None:
    """Keep a draft with what each tier takes, by the tier's id. Refused once it is published."""
    if TierRules.objects.filter(pk=draft.pk, published_at__isnull=False).exists():
        raise Refused(_("These rules were published before."))
    draft.save()
    draft.conditions.all().delete()
    TierCondition.objects.bulk_create(
        TierCondition(rules=draft, tier_id=tier, spend=one.spend, orders=one.orders, points=one.points)
        for tier, one in asked.items()
        if any(value is not None for value in one)
    )
    audit.record(by=by, verb="change", subject_type="tierrules", subject_id=draft.pk)


@transaction.atomic
def discard(draft: TierRules, *, by: Actor) -> None:
    """Throw a draft away. Refused once it is published."""
    if not TierRules.objects.filter(pk=draft.pk, published_at__isnull=True).exists():
        raise Refused(_("These rules were published before."))
    audit.record(by=by, verb="discard", subject_type="tierrules", subject_id=draft.pk)
    draft.delete()


@transaction.atomic
def copy(version: TierRules, *, by: Actor) -> TierRules:
    """A draft that says what a version says, to be changed and published."""
    conditions = list(version.conditions.all())
    draft = TierRules.objects.create(
        window=version.window, months=version.months, any_condition=version.any_condition, down=version.down,
        grace_days=version.grace_days,
    )  # fmt: skip
    TierCondition.objects.bulk_create(
        TierCondition(rules=draft, tier_id=one.tier_id, spend=one.spend, orders=one.orders, points=one.points)
        for one in conditions
    )
    audit.record(by=by, verb="create", subject_type="tierrules", subject_id=draft.pk, detail={"like": version.pk})
    return draft


def ask_publish(draft: TierRules, first_day: dt.date, *, reason: str, by: Actor) -> Approval:
    """Ask that a draft comes into force on a day, today or later."""
    payload = {"rules": draft.pk, "first_day": first_day.isoformat(), "print": fingerprint(draft)}
    return approvals.propose(KIND, payload, reason=reason, by=by)


def fingerprint(draft: TierRules) -> str:
    """What a draft says in all its parts, as hexadecimal digits: another one is another draft."""
    draft = TierRules.objects.get(pk=draft.pk)  # as it is stored
    plain = (draft.window, draft.months, draft.any_condition, draft.down, draft.grace_days)
    conditions = draft.conditions.order_by("tier").values_list("tier", "spend", "orders", "points")
    said = [(tier, str(spend), orders, points) for tier, spend, orders, points in conditions]
    return hashlib.sha256(repr((*map(str, plain), said)).encode()).hexdigest()[:32]


@transaction.atomic
def publish(draft: TierRules, first_day: dt.date, *, by: Actor) -> None:
    """Let a draft come into force on a day; whoever calls sees to it that members are evaluated.

    The very first version may begin on a past day and needs no second person: there is nothing to lose yet. Refused
    when the draft is published already, says nothing sensible, or another version begins on that day.
    """
    locked = TierRules.objects.select_for_update().get(pk=draft.pk)
    _must_be_possible(locked, first_day)
    locked.first_day, locked.published_at = first_day, clock.now()
    try:
        with transaction.atomic():
            locked.save(update_fields=["first_day", "published_at"])
    except IntegrityError as error:
        raise Refused(_("Other rules begin on that day already; choose another day.")) from error
    detail = {"first_day": first_day.isoformat()}
    audit.record(by=by, verb="publish_rules", subject_type="tierrules", subject_id=locked.pk, detail=detail)


@transaction.atomic
def publish_first(draft: TierRules, *, by: Actor) -> None:
    """Begin a programme today. Refused when there is one: then a second person decides."""
    if queries.published().exists():
        raise Refused(_("There are rules in force; ask a second person to publish these."))
    publish(draft, people.today(), by=by)
    tiers.enqueue(by)


def _must_be_possible(draft: TierRules, first_day: dt.date) -> None:
    if draft.published_at:
        raise Refused(_("These rules were published before."))
    if first_day < people.today() and queries.published().exists():
        raise Refused(_("Rules begin today at the earliest: what was decided by the old ones stands."))
    if problem := next(iter(problems(draft)), None):
        raise Refused(problem)


def problems(draft: TierRules) -> Iterable[str]:
    """What is wrong with a draft, in sentences."""
    ladder = [tier for tier in queries.ladder() if not tier.is_special]
    said = {one.tier_id: one for one in draft.conditions.all()}
    if not ladder or not any(tier.pk in said for tier in ladder[1:]):
        yield _("No tier has a condition yet, so nobody could rise.")
    if draft.months < 1:
        yield _("The number of months must be at least 1.")
    least: dict[str, object] = {}
    for tier in ladder:
        one = said.get(tier.pk)
        asked = {name: getattr(one, name) for name in ("spend", "orders", "points")} if one else {}
        for name, value in asked.items():
            if value is not None and name in least and value < least[name]:
                yield _("%(tier)s asks for less than a lower tier does.") % {"tier": tier.name}
            if value is not None:
                least[name] = value


def _words(approval: Approval) -> Words:
    first_day = dt.date.fromisoformat(approval.payload["first_day"])
    before = queries.rules_on(people.today())
    what = _("Rules of tiers from %(day)s") % {"day": formats.date_format(first_day)}
    draft = TierRules.objects.filter(pk=approval.payload["rules"]).first()
    old, new = _said(before), _said(draft)
    names = [*new, *(name for name in old if name not in new)]
    return Words(what, [Change(name, old.get(name, "—"), new.get(name, "—")) for name in names])


def _said(version: TierRules | None) -> dict[str, str]:
    """Each tier with what it takes, in words."""
    if version is None:
        return {}
    return {one.tier.name: in_words(one) for one in version.conditions.select_related("tier").order_by("tier__rank")}


def sentences(version: TierRules) -> list[str]:
    """How a version counts, and what happens when a tier is not kept, in whole sentences."""
    months = display.number(version.months)
    counts = {
        TierRules.Window.ROLLING: _("What was bought and earned in the last %(n)s months counts.") % {"n": months},
        TierRules.Window.CALENDAR: _("What was bought and earned since the first of January counts."),
        TierRules.Window.LIFETIME: _("Everything that was ever bought and earned counts."),
    }
    kept = (
        _("A tier is reached at once, and kept to the end of the calendar year.")
        if version.window == TierRules.Window.CALENDAR
        else _("A tier is reached at once, and kept for %(n)s months.") % {"n": months}
    )
    down = (
        _("Who does not earn it again in that time goes one tier down")
        if version.down == TierRules.Down.ONE
        else _("Who does not earn it again in that time goes to the tier that was earned")
    )
    grace = (
        ngettext(
            "%(down)s, after %(n)s day of grace.", "%(down)s, after %(n)s days of grace.", version.grace_days
        ) % {"down": down, "n": version.grace_days}
        if version.grace_days
        else _("%(down)s.") % {"down": down}
    )  # fmt: skip
    return [counts[TierRules.Window(version.window)], kept, grace]


def in_words(condition: TierCondition) -> str:
    """“1,000 spend, or 10 orders”: what is asked for, short."""
    asked = [
        _("spend %(amount)s") % {"amount": display.money(condition.spend, merchants.current().currency)}
        if condition.spend is not None
        else "",
        _("%(n)s orders") % {"n": display.number(condition.orders)} if condition.orders is not None else "",
        _("%(n)s points earned") % {"n": display.number(condition.points)} if condition.points is not None else "",
    ]
    between = _(" or ") if condition.rules.any_condition else _(" and ")
    return between.join(one for one in asked if one)


def _check(approval: Approval, asker: Actor) -> None:
    draft = TierRules.objects.filter(pk=approval.payload["rules"]).first()
    if draft is None:
        raise approvals.Refused(_("This draft is gone."))
    if approval.payload.get("print") != fingerprint(draft):
        raise approvals.Refused(_("The draft was changed since this was asked for. Decline it, and ask again."))
    try:
        _must_be_possible(draft, dt.date.fromisoformat(approval.payload["first_day"]))
    except Refused as refused:
        raise approvals.Refused(str(refused)) from refused


@approvals.kind(
    KIND, title=gettext_lazy("Publish rules of tiers"), ask=Right.PROGRAMME, decide=Right.SETTINGS, words=_words,
    check=_check,
)  # fmt: skip
def _apply(approval: Approval, by: Actor) -> None:
    draft = TierRules.objects.get(pk=approval.payload["rules"])
    try:
        publish(draft, dt.date.fromisoformat(approval.payload["first_day"]), by=by)
    except Refused as refused:
        raise approvals.Refused(str(refused)) from refused
    tiers.enqueue(by)
