"""Members rise, keep and lose tiers: every write of a time in a tier. The decisions are those of `rules.tiers`.

`evaluate` is right whenever it is called and however often: it works out every day since the open time began.
"""

import datetime as dt
import itertools
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy

from members.lib import clock
from members.lib.actor import Actor
from members.lib.id_set import id_set
from members.models import Job, Member
from members.queries import people
from members.services import jobs
from rewards.models import Tier, TierStay
from rewards.queries import tiers as queries
from rewards.rules import tiers as rules
from rewards.rules.tiers import Fact, Reason, Rules, Stay

CHUNK = 500  # members whose records are locked at a time


def evaluate(member: Member, *, by: Actor) -> TierStay | None:
    """Bring a member's tier up to date; the time they are in afterwards, None for the lowest tier since ever."""
    evaluate_many([member.pk], by=by)
    return queries.open_stay(member)


@transaction.atomic
def evaluate_many(member_ids: Iterable[int], *, by: Actor) -> int:
    """Bring the tiers of members up to date, in a dozen queries; returns how many times in tiers began.

    For a merged record the one that it counts for is evaluated. A special tier is left alone while it lasts.
    """
    tiers = queries.ladder()
    lowest, versions = queries.lowest(tiers), queries.versions()
    if lowest is None or not versions:
        return 0
    ids = _locked(member_ids)
    today = people.today()
    held, absorbed = queries.open_stays(ids), queries.absorbed_stays(ids, today)
    facts = queries.facts(ids)
    begun: dict[int, list[TierStay]] = {}
    for member in ids:
        mine = _Person(member, held.get(member), absorbed.get(member), facts.get(member, []))
        if new := _followed(mine, versions, lowest, tiers, today, by):
            begun[member] = new
    _write(begun, held)
    return sum(len(stays) for stays in begun.values())


class _Person:
    """What is known of a member before the evaluation."""

    def __init__(self, member: int, held: TierStay | None, absorbed: TierStay | None, facts: Sequence[Fact]) -> None:
        self.member, self.held, self.absorbed, self.facts = member, held, absorbed, facts


def _locked(member_ids: Iterable[int]) -> list[int]:
    """The records that stand for these persons; two evaluations of one member queue here."""
    named = Member.objects.filter(pk__in=id_set(member_ids))
    owners = Member.objects.filter(pk__in=named.values(owner=Coalesce("merged_into", "pk")), voided_at__isnull=True)
    return list(owners.select_for_update().order_by("pk").values_list("pk", flat=True))


def _followed(
    person: _Person, versions: Sequence[Rules], lowest: Tier, tiers: Sequence[Tier], today: dt.date, by: Actor
) -> list[TierStay]:
    """The times that begin now, each ending where the next begins."""
    stay = queries.stay_value(person.held) if person.held else None
    carried = _carried(person, lowest, today)
    first = [carried] if carried else []
    known = rules.replay(person.facts, versions, today, base=lowest.rank, stay=carried or stay)
    by_rank = {tier.rank: tier for tier in tiers}
    new = [_row(person.member, one, by_rank[one.rank], by) for one in [*first, *known]]
    if carried and person.absorbed:
        new[0].note = person.absorbed.note
    for one, following in itertools.pairwise(new):
        one.ends_on = following.starts_on
    return new


def _carried(person: _Person, lowest: Tier, today: dt.date) -> Stay | None:
    """The better tier that a merged record had, for as long as that record would have kept it."""
    rank = person.held.tier.rank if person.held else lowest.rank
    if person.absorbed is None or person.absorbed.tier.rank <= rank:
        return None
    had = queries.stay_value(person.absorbed)
    reason = Reason.GRANTED if had.is_special else Reason.RAISED
    return Stay(had.rank, today, had.kept_until, reason, is_special=had.is_special)


def _row(member: int, stay: Stay, tier: Tier, by: Actor) -> TierStay:
    return TierStay(
        member_id=member, tier=tier, reason=stay.reason.value, rules_id=stay.rules or None, starts_on=stay.starts_on,
        kept_until=stay.kept_until, detail=stay.found._asdict(), actor_kind=by.kind, actor_name=by.name,
        user_id=by.user_id, recorded_at=clock.now(),
    )  # fmt: skip


def _write(begun: dict[int, list[TierStay]], held: dict[int, TierStay]) -> None:
    ended = [held[member] for member in begun if member in held]
    for stay in ended:
        stay.ends_on = max(begun[stay.member_id][0].starts_on, stay.starts_on)
    TierStay.objects.bulk_update(ended, ["ends_on"], batch_size=CHUNK)
    TierStay.objects.bulk_create([stay for stays in begun.values() for stay in stays], batch_size=CHUNK)


def enqueue(by: Actor) -> Job | None:
    """Evaluate soon whoever something new is known of; one job that still waits serves all who ask.

    None while there are no rules to evaluate by.
    """
    return jobs.enqueue_once(queries.JOB, by=by) if queries.published().exists() else None


@jobs.handler(queries.JOB, title=gettext_lazy("Tiers of members"), nightly=True, alone=True)
def work(run: jobs.Run) -> None:
    """Those whose period is over, and those of whom something is new since the last finished job; in chunks.

    How far it looks is fixed at its first attempt, so that what comes in meanwhile is left to the next one.
    """
    today = people.today()
    seen = queries.Seen.read(run.result["seen"]) if "seen" in run.result else queries.seen_now(today)
    waiting = queries.to_evaluate(queries.last_seen(), today)
    after, changed = run.result.get("after", 0), run.result.get("changed", 0)
    rest = [member for member in waiting if member > after]
    done = len(waiting) - len(rest)
    for start in range(0, len(rest), CHUNK):
        chunk = rest[start : start + CHUNK]
        with run.step() as step:
            changed += evaluate_many(chunk, by=run.actor)
            done += len(chunk)
            step.progress, step.total = done, len(waiting)
            step.result = {"seen": seen.kept(), "after": chunk[-1], "changed": changed}
    run.finish({"seen": seen.kept(), "changed": changed, "members": len(waiting)})
