"""The events of a shop that wait, one after another: each in a transaction of its own, whole or not at all."""

from django.db import InterfaceError, OperationalError, transaction
from django.utils.translation import gettext_lazy

from members import events
from members.lib import clock
from members.lib.actor import Actor
from members.models import ShopConnection, ShopDelivery
from members.rules.imports.problems import Level, Problem
from members.rules.shops import reading, shopify, woocommerce
from members.rules.shops.said import PersonSaid, Unreadable
from members.services import audit, jobs
from members.services.shops import privacy, receiving, settling
from members.services.shops.settling import Outcome

State = ShopDelivery.State
TOPICS = {ShopConnection.Kind.SHOPIFY: shopify.TOPICS, ShopConnection.Kind.WOOCOMMERCE: woocommerce.TOPICS}
_NOT_OURS = (jobs.Fenced, jobs.Cancelled, jobs.Stopping, OperationalError, InterfaceError)


@jobs.handler(receiving.KIND, title=gettext_lazy("Take the events of a shop"))
def work_off(run: jobs.Run) -> None:
    """One that cannot be worked is marked and left behind, so that it holds up no other."""
    connection = ShopConnection.objects.select_related("store").get(pk=run.arguments["connection"])
    after = done = 0
    while waiting := _next(connection, after):
        after = waiting.pk
        try:
            with run.step():
                _work(connection, waiting)
        except _NOT_OURS:
            raise
        except Exception as error:  # noqa: BLE001 - whatever one event brings about must not stop the others
            with run.step():
                _mark(waiting, State.FAILED, Outcome(jobs.error_id(f"event {waiting.pk} of a shop", error)))
        done += 1
    if done:
        events.facts_changed.send(sender=ShopDelivery, by=run.actor, wait=False)
    run.finish({"events": done})


@transaction.atomic
def retry(delivery: ShopDelivery, *, by: Actor) -> bool:
    """Work an event once more that did not get through. False when there is nothing left of it."""
    locked = ShopDelivery.objects.select_for_update().select_related("connection").get(pk=delivery.pk)
    if not (locked.is_stuck and locked.body):
        return False
    locked.state, locked.outcome, locked.problems, locked.worked_at = State.WAITING, "", [], None
    locked.save(update_fields=["state", "outcome", "problems", "worked_at"])
    receiving.ring(locked.connection)
    audit.record(
        by=by, verb="retry", subject_type="shop_delivery", subject_id=locked.pk, detail={"topic": locked.topic}
    )
    return True


def _next(connection: ShopConnection, after: int) -> ShopDelivery | None:
    return ShopDelivery.objects.filter(connection=connection, state=State.WAITING, pk__gt=after).order_by("pk").first()


def _work(connection: ShopConnection, waiting: ShopDelivery) -> None:
    ShopConnection.objects.select_for_update().get(pk=connection.pk)  # one event of a shop at a time
    delivery = ShopDelivery.objects.get(pk=waiting.pk)
    if delivery.state != State.WAITING:
        return
    understand = TOPICS[ShopConnection.Kind(connection.kind)].get(delivery.topic)
    if understand is None:
        _mark(delivery, State.IGNORED, Outcome("other_topic"))
        return
    try:
        said = understand(reading.parsed(bytes(delivery.body)))
    except Unreadable as wrong:
        _mark(delivery, State.REFUSED, Outcome("unreadable", [Problem(1, Level.REJECT, "unreadable", str(wrong))]))
        return
    if isinstance(said, PersonSaid):
        _mark(delivery, State.DONE, Outcome(privacy.note(connection, said)))
        return
    found = settling.settle(connection, said)
    _mark(delivery, State.REFUSED if found.is_refused else State.DONE, found)


def _mark(delivery: ShopDelivery, state: State, found: Outcome) -> None:
    """What became of the event. Its body stays only where working it again can help."""
    delivery.state, delivery.outcome, delivery.worked_at = state, found.code, clock.now()
    delivery.number = found.number
    delivery.problems = [
        _told(each) for each in found.problems if state == State.REFUSED and each.level is Level.REJECT
    ]
    changed = ["state", "outcome", "number", "problems", "worked_at"]
    if state in {State.DONE, State.IGNORED}:
        delivery.body = b""
        changed.append("body")  # else as it stands by now: an erasure may have been there
    delivery.save(update_fields=changed)


def _told(problem: Problem) -> list[object]:
    """A finding without the value that it is about, which may be somebody's phone."""
    return [problem.code, problem.field, problem.params]
