"""Coupons for everybody in a segment: a job that can be stopped, resumed and repeated without giving anybody two."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members.lib.actor import Actor
from members.lib.roles import Right
from members.models import Job, Member, Segment
from members.queries import segments
from members.services import audit, jobs
from rewards.models import CouponOffer
from rewards.services import coupons

JOB = "issue_coupons"
BATCH = 100
OVER = frozenset({"none_left", "closed", "offer_over"})  # no use in asking for the next member


def issue_to_segment(offer: CouponOffer, segment: Segment, *, by: Actor) -> Job:
    """One coupon for each member that `by` finds in a segment now; the job tells how many."""
    if not by.may(Right.PROGRAMME):
        raise PermissionDenied(Right.PROGRAMME)
    return jobs.enqueue_once(JOB, by, _arguments(offer, segment))


def waits(offer: CouponOffer, segment: Segment) -> bool:
    """Whether just this is to be done already: to ask for it again changes nothing."""
    return Job.objects.filter(kind=JOB, state=Job.State.QUEUED, arguments=_arguments(offer, segment)).exists()


def _arguments(offer: CouponOffer, segment: Segment) -> dict[str, int]:
    return {"offer": offer.pk, "segment": segment.pk}


@jobs.handler(JOB, title=_("Coupons for a segment"))
def work(run: jobs.Run) -> None:
    """Goes on after the last member of the attempt before; who got one by this job is not given another."""
    offer = CouponOffer.objects.get(pk=run.arguments["offer"])
    people = segments.members(run.actor, Segment.objects.get(pk=run.arguments["segment"])).order_by("pk")
    done: dict[str, Any] = {"last": 0, "issued": 0, "refused": 0, "is_over": False} | run.result
    total = run.progress + people.filter(pk__gt=done["last"]).count()
    while not done["is_over"] and (batch := list(people.filter(pk__gt=done["last"])[:BATCH])):
        with run.step(total=total) as step:
            done = _issue(offer, batch, run.job_id, done)
            step.progress, step.result = run.progress + len(batch), done
    with transaction.atomic():
        detail = {"rows": done["issued"], "refused": done["refused"], "segment": run.arguments["segment"]}
        audit.record(by=run.actor, verb="issue_coupons", subject_type="couponoffer", subject_id=offer.pk, detail=detail)
    run.finish(done)


def _issue(offer: CouponOffer, people: Sequence[Member], job: int, before: dict[str, Any]) -> dict[str, Any]:
    done = dict(before)
    for member in people:
        try:
            with transaction.atomic():
                coupons.issue_quietly(offer, member, f"job{job}:{member.pk}", reason="segment")
            done["issued"] += 1
        except coupons.Refused as refused:
            done["refused"] += 1
            done["is_over"] = refused.why in OVER
        done["last"] = member.pk
        if done["is_over"]:
            break
    return done
