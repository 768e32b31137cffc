"""What must hold of tiers: each time follows the one before it, and says what working it out anew would say."""

from collections.abc import Iterator

from members.models import Member
from members.queries import people
from rewards.models import TierStay
from rewards.queries import tiers as queries
from rewards.queries.ledger_check import Broken
from rewards.rules import tiers as rules

FOLLOWS = "a time in a tier begins where the one before ends"
DIRECTION = "up when raised, down when lowered, the same when kept"
EARNED = "a tier that was reached was earned by what it was found by"
ANEW = "tier = tier worked out anew"


def broken() -> Iterator[Broken]:
    """Every time in a tier that breaks an invariant; nothing when tiers are right."""
    yield from _chains()
    yield from _unearned()
    yield from _anew()


def _chains() -> Iterator[Broken]:
    before: TierStay | None = None
    for stay in TierStay.objects.select_related("tier").order_by("member", "starts_on", "pk").iterator():
        if before is not None and before.member_id == stay.member_id:
            if before.ends_on != stay.starts_on:
                ends = before.ends_on.toordinal() if before.ends_on else 0
                yield Broken(FOLLOWS, f"tierstay {stay.pk}", stay.starts_on.toordinal(), ends)
            step = {"raised": 1, "lowered": -1, "kept": 0}.get(stay.reason)
            went = (stay.tier.rank > before.tier.rank) - (stay.tier.rank < before.tier.rank)
            if step is not None and step != went:
                yield Broken(DIRECTION, f"tierstay {stay.pk}", step, went)
        before = stay


def _unearned() -> Iterator[Broken]:
    """By the rules that decided it and the figures that it keeps; brought along from a merged record: by no rules."""
    known = {version.key: version for version in queries.versions()}
    base = queries.lowest(queries.ladder())
    reached = TierStay.objects.filter(reason__in=["raised", "kept"], rules__isnull=False).select_related("tier")
    for stay in reached.order_by("pk").iterator():
        version = known.get(stay.rules_id or 0)
        if version is None or base is None:
            continue
        have = rules.Measures(*(int(stay.detail.get(name, 0)) for name in rules.Measures._fields))
        found = rules.earned(version, have, base.rank)
        if found < stay.tier.rank:
            yield Broken(EARNED, f"tierstay {stay.pk}", stay.tier.rank, found)


def _anew() -> Iterator[Broken]:
    """For members of whom nothing is new since the last evaluation that was finished; the others wait for theirs."""
    today, seen, versions = people.today(), queries.last_seen(), queries.versions()
    base = queries.lowest(queries.ladder())
    if seen is None or base is None or seen.day != today:
        return
    waiting = set(queries.to_evaluate(seen, today))
    ids = [pk for pk in Member.objects.order_by("pk").values_list("pk", flat=True) if pk not in waiting]
    for start in range(0, len(ids), queries.CHUNK):
        chunk = ids[start : start + queries.CHUNK]
        held, facts = queries.open_stays(chunk), queries.facts(chunk)
        for member, theirs in facts.items():
            stay = queries.stay_value(held[member]) if member in held else None
            rank = stay.rank if stay else base.rank
            if coming := rules.replay(theirs, versions, today, base=base.rank, stay=stay):
                yield Broken(ANEW, f"member {member}", rank, coming[-1].rank)
