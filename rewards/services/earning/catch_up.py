"""The job that lets nothing go without its points: after every change of the facts, and every night."""

from django.utils.translation import gettext_lazy

from members.lib.actor import Actor
from members.models import Job
from members.services import jobs
from rewards.queries import to_earn
from rewards.queries.points_rules import Versions
from rewards.services.earning import settle_order
from rewards.services.earning.many import earn_many
from rewards.services.earning.refunds import settle_refund

KIND = "earn"
CHUNK = 2_000  # orders in a transaction
FEW = 50  # of those that are settled one by one


def enqueue(by: Actor) -> Job:
    """Look soon for orders that have no points yet; one job that still waits serves all who ask."""
    return jobs.enqueue_once(KIND, by=by)


@jobs.handler(KIND, title=gettext_lazy("Points for purchases"), nightly=True, alone=True)
def work(run: jobs.Run) -> None:
    """Orders that were never looked at, by members; then those that were refunded or voided since; then
    refunds that name no order.

    Resumed after the last member that is done; again, it finds nothing to do.
    """
    versions = Versions()
    first_day = versions.first_day
    if first_day is None:
        return
    unseen, changed = to_earn.unseen(first_day), list(to_earn.changed().values_list("order_id", flat=True))
    total = run.progress + unseen.count() + len(changed) + to_earn.unnamed_refunds(first_day).count()
    run.heartbeat(total=total)
    after = run.result.get("after", 0)
    while found := to_earn.of_next_members(first_day, after, CHUNK):
        order_ids, last = found
        with run.step() as step:
            left = earn_many(order_ids, by=run.actor, versions=versions)
            step.progress, step.result = run.progress + len(order_ids) - len(left), {"after": after}
        _settle(run, left, versions)
        after = last
    _settle(run, changed, versions)
    for refund in to_earn.unnamed_refunds(first_day).values_list("pk", flat=True):
        with run.step() as step:
            settle_refund(refund, by=run.actor, versions=versions)
            step.progress = run.progress + 1
    run.finish({"orders": run.progress})


def _settle(run: jobs.Run, order_ids: list[int], versions: Versions) -> None:
    """One by one, some in a transaction."""
    for start in range(0, len(order_ids), FEW):
        some = order_ids[start : start + FEW]
        with run.step() as step:
            for order in some:
                settle_order(order, by=run.actor, versions=versions)
            step.progress = run.progress + len(some)
