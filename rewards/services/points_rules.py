"""Rules of points come into force as a new version: drafted, tried on past orders, decided by a second person.

What was earned by the old ones stands; a published version is never changed.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from django.db import IntegrityError, transaction
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.lib import clock
from members.lib.actor import Actor
from members.lib.roles import Right
from members.models import Approval, Store
from members.queries import merchants, people, staff
from members.services import approvals, audit
from members.services.approvals import Change, Words
from rewards.models import EventRule, Multiplier, PointsRules
from rewards.queries import points_rules as queries
from rewards.services import rules_in_words
from rewards.services.earning import catch_up

KIND: Final = "publish_points_rules"
CHOSEN: Final = ("stores", "channels", "products", "categories")
OWN: Final = ("id", "first_day", "published_at")  # what a copy does not take over
LATEST: Final = dt.timedelta(days=730)
LONGEST_PENDING: Final = 366
MOST: Final = 10_000  # points for each, percent: a slip of the finger is caught


class Refused(ValueError):
    """These rules cannot come into force or be changed; the text says why, for the reader. Nothing was changed."""


class Parts(NamedTuple):
    """What rules consist of besides their own fields: `chosen` is a name of CHOSEN -> rows, the others are the values
    of a Multiplier (with its tiers) and of an EventRule each."""

    chosen: Mapping[str, Iterable[Any]]
    multipliers: Sequence[Mapping[str, Any]] = ()
    events: Sequence[Mapping[str, Any]] = ()


@transaction.atomic
def copy(version: PointsRules, *, by: Actor) -> PointsRules:
    """A draft that says what a version says, to be changed and published."""
    fields = [field.attname for field in PointsRules._meta.concrete_fields if field.name not in OWN]
    draft = PointsRules.objects.create(**{name: getattr(version, name) for name in fields})
    for name in CHOSEN:
        getattr(draft, name).set(getattr(version, name).all())
    for one in version.multipliers.all():
        tiers = list(one.tiers.all())
        Multiplier.objects.create(
            rules=draft, name=one.name, percent=one.percent, first_day=one.first_day, last_day=one.last_day,
            weekdays=one.weekdays, month_days=one.month_days,
        ).tiers.set(tiers)  # fmt: skip
    for event in version.events.all():
        EventRule.objects.create(
            rules=draft, event=event.event, points=event.points, times=event.times, per=event.per
        )  # fmt: skip
    audit.record(by=by, verb="create", subject_type="pointsrules", subject_id=draft.pk, detail={"like": version.pk})
    return draft


@transaction.atomic
def save(draft: PointsRules, parts: Parts, *, changes: Mapping[str, Any], by: Actor) -> None:
    """Save a draft with all its parts. `changes`: field -> {before, after}, for the audit.

    Refused when it was published in the meantime.
    """
    is_new = draft.pk is None
    if not is_new and PointsRules.objects.select_for_update().get(pk=draft.pk).published_at:
        raise Refused(_("These rules are published and can no longer be changed. Make a copy of them."))
    draft.save()
    for name, rows in parts.chosen.items():
        getattr(draft, name).set(rows)
    draft.multipliers.all().delete()
    for said in parts.multipliers:
        plain = {name: value for name, value in said.items() if name != "tiers"}
        Multiplier.objects.create(rules=draft, **plain).tiers.set(said.get("tiers", ()))
    draft.events.all().delete()
    EventRule.objects.bulk_create(EventRule(rules=draft, **said) for said in parts.events)
    audit.record(
        by=by, verb="create" if is_new else "change", subject_type="pointsrules", subject_id=draft.pk,
        detail={"changes": dict(changes)},
    )  # fmt: skip


@transaction.atomic
def discard(draft: PointsRules, *, by: Actor) -> None:
    """Delete a draft. Refused when it was published."""
    locked = PointsRules.objects.select_for_update().get(pk=draft.pk)
    if locked.published_at:
        raise Refused(_("These rules are published and can no longer be changed. Make a copy of them."))
    audit.record(by=by, verb="delete", subject_type="pointsrules", subject_id=locked.pk)
    locked.delete()


def ask_publish(draft: PointsRules, first_day: dt.date, *, reason: str, by: Actor) -> Approval:
    """Ask that a draft comes into force on a day, tomorrow or later."""
    payload = {"rules": draft.pk, "first_day": first_day.isoformat(), "print": fingerprint(draft)}
    return approvals.propose(KIND, payload, reason=reason, by=by)


def fingerprint(draft: PointsRules) -> str:
    """What a draft says in all its parts, as hexadecimal digits: another one is another draft."""
    draft = PointsRules.objects.get(pk=draft.pk)  # as it is stored
    fields = [str(getattr(draft, each.attname)) for each in PointsRules._meta.concrete_fields if each.name not in OWN]
    chosen = [sorted(getattr(draft, name).values_list("pk", flat=True)) for name in CHOSEN]
    multipliers = [
        (one.name, one.percent, one.first_day, one.last_day, one.weekdays, one.month_days,
         sorted(one.tiers.values_list("pk", flat=True)))
        for one in draft.multipliers.order_by("name", "percent", "pk")
    ]  # fmt: skip
    events = list(draft.events.order_by("event").values_list("event", "points", "times", "per"))
    return hashlib.sha256(repr((fields, chosen, multipliers, events)).encode()).hexdigest()[:32]


@transaction.atomic
def publish(draft: PointsRules, first_day: dt.date, *, by: Actor, alone: bool = False) -> None:
    """Let a draft come into force on a day; what was bought since then earns by it, soon.

    The very first version may begin on a past day: nothing was recorded by older ones. `alone`: without a second
    person, which the audit says. Refused when it is published already, says nothing sensible, or would change what is
    recorded.
    """
    locked = PointsRules.objects.select_for_update().get(pk=draft.pk)
    _must_be_possible(locked, first_day)
    locked.first_day, locked.published_at = first_day, clock.now()
    try:
        with transaction.atomic():
            locked.save(update_fields=["first_day", "published_at"])
    except IntegrityError as error:
        raise Refused(_("Other rules begin on that day already; choose another day.")) from error
    detail: dict[str, Any] = {"first_day": first_day.isoformat()}
    if alone:
        detail["decided"] = "alone"
    audit.record(by=by, verb="publish_rules", subject_type="pointsrules", subject_id=locked.pk, detail=detail)
    catch_up.enqueue(by)


def publish_alone(draft: PointsRules, first_day: dt.date, *, by: Actor) -> None:
    """Publish as the only one who could decide. Refused when somebody else could."""
    if not may_alone(by):
        raise Refused(_("Somebody else can decide about these rules; ask them."))
    publish(draft, first_day, by=by, alone=True)


def may_alone(by: Actor) -> bool:
    """Whether nobody but the actor may decide what rules are published."""
    return by.may(Right.SETTINGS) and not any(user.pk != by.user_id for user in staff.active_administrators())


def earliest() -> dt.date:
    """The first day on which no store has sold yet: whatever was earned was earned by the rules that hold."""
    zones = {merchants.current().zone, *Store.objects.filter(is_active=True).values_list("zone", flat=True)}
    return max(clock.local_date(clock.now(), zone) for zone in zones) + dt.timedelta(days=1)


def _must_be_possible(draft: PointsRules, first_day: dt.date) -> None:
    if draft.published_at:
        raise Refused(_("These rules were published before."))
    if first_day < earliest() and queries.published().exists():
        raise Refused(
            _("Rules begin on %(day)s at the earliest: what was earned by the old ones stands.")
            % {"day": formats.date_format(earliest())}
        )
    if first_day > people.today() + LATEST:
        raise Refused(_("Rules begin within two years."))
    if problem := next(iter(problems(draft)), None):
        raise Refused(problem)


def problems(draft: PointsRules) -> Iterable[str]:
    """What is wrong with a draft, in sentences."""
    if draft.pending_days > LONGEST_PENDING:
        yield _("Points become available within %(n)s days.") % {"n": LONGEST_PENDING}
    if draft.cash_amount < 0 or bool(draft.cash_points) != bool(draft.cash_amount):
        yield _("Say how many points pay how much, both above zero; or neither, and points pay nothing.")
    if draft.per <= 0:
        yield _("The amount that points are given for must be above zero.")
    if draft.points > MOST:
        yield _("%(n)s points for each amount are too many: at most %(most)s.") % {"n": draft.points, "most": MOST}
    if not draft.points and not draft.events.exists():
        yield _("Nothing earns points by these rules: say how many for each amount, or for which events.")
    if draft.minimum < 0:
        yield _("The smallest order must not be below zero.")
    yield from _wrong_expiry(draft.expiry, draft.expiry_length)
    for one in draft.multipliers.all():
        yield from _wrong_multiplier(one)


def _wrong_expiry(expiry: str, length: int) -> Iterable[str]:
    if expiry in {PointsRules.Expiry.DAYS, PointsRules.Expiry.MONTHS, PointsRules.Expiry.ACTIVITY} and length < 1:
        yield _("Points must last at least one day or month.")
    if length > (100 if expiry == PointsRules.Expiry.YEAR_END else 1200):
        yield _("Points that last a hundred years never expire; choose “never”.")


def _wrong_multiplier(one: Multiplier) -> Iterable[str]:
    if not 0 < one.percent <= MOST:
        yield _("“%(name)s” must give between 1 and %(most)s percent.") % {"name": one.name, "most": MOST}
    if one.first_day and one.last_day and one.last_day < one.first_day:
        yield _("“%(name)s” ends before it begins.") % {"name": one.name}


def _words(approval: Approval) -> Words:
    first_day = dt.date.fromisoformat(approval.payload["first_day"])
    what = _("Rules of points from %(day)s") % {"day": formats.date_format(first_day)}
    draft = PointsRules.objects.filter(pk=approval.payload["rules"]).first()
    # What they replace: also once they are published.
    old, new = _said(queries.before(min(people.today(), first_day), draft)), _said(draft)
    return Words(what, [Change(name, old.get(name, "—"), new.get(name, "—")) for name in {**new, **old}])


def _said(version: PointsRules | None) -> Mapping[str, str]:
    """What a version says, topic by topic."""
    return dict(rules_in_words.topics(version)) if version else {}


def _check(approval: Approval, asker: Actor) -> None:
    draft = PointsRules.objects.filter(pk=approval.payload["rules"]).first()
    if draft is None:
        raise approvals.Refused(_("This draft is gone."))
    if approval.payload.get("print") != fingerprint(draft):
        raise approvals.Refused(_("The draft was changed since this was asked for. Decline it, and ask again."))
    try:
        _must_be_possible(draft, dt.date.fromisoformat(approval.payload["first_day"]))
    except Refused as refused:
        raise approvals.Refused(str(refused)) from refused


@approvals.kind(
    KIND, title=gettext_lazy("Publish rules of points"), ask=Right.PROGRAMME, decide=Right.SETTINGS, words=_words,
    check=_check,
)  # fmt: skip
def _apply(approval: Approval, by: Actor) -> None:
    draft = PointsRules.objects.get(pk=approval.payload["rules"])
    try:
        publish(draft, dt.date.fromisoformat(approval.payload["first_day"]), by=by)
    except Refused as refused:
        raise approvals.Refused(str(refused)) from refused
