"""Where every read of answers, reviews and cases starts. Each takes the actor and fails closed.

A row of no store is the merchant's: only who sees all stores sees it.
"""

from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from members.lib.actor import Actor
from members.lib.roles import Right
from surveys.models import Action, Case, Note, Response, Review, Survey, SurveyInvitation

M = TypeVar("M", bound=Model)


def _of_stores(actor: Actor, right: Right, rows: QuerySet[M]) -> QuerySet[M]:
    if not actor.may(right):
        return rows.none()
    return rows if actor.store_ids is None else rows.filter(store__in=actor.store_ids)


def surveys(actor: Actor) -> QuerySet[Survey]:
    """For who builds surveys all; for who reads answers those of the own stores and of all stores."""
    if actor.may(Right.SURVEYS):
        return Survey.objects.all()
    if not actor.may(Right.SEE_ANSWERS):
        return Survey.objects.none()
    every = Survey.objects.exclude(state=Survey.State.DRAFT)
    if actor.store_ids is None:
        return every
    return every.filter(Q(stores__isnull=True) | Q(stores__in=actor.store_ids)).distinct()


def responses_of(actor: Actor) -> QuerySet[Response]:
    """Real responses that were finished or begun; tests are nobody's."""
    return _of_stores(actor, Right.SEE_ANSWERS, Response.objects.filter(voided_at__isnull=True, is_test=False))


def invitations_of(actor: Actor) -> QuerySet[SurveyInvitation]:
    return _of_stores(actor, Right.SEE_ANSWERS, SurveyInvitation.objects.all())


def reviews_of(actor: Actor) -> QuerySet[Review]:
    return _of_stores(actor, Right.SEE_ANSWERS, Review.objects.filter(voided_at__isnull=True))


def notes_of(actor: Actor) -> QuerySet[Note]:
    return _of_stores(actor, Right.SEE_ANSWERS, Note.objects.filter(voided_at__isnull=True))


def actions_of(actor: Actor) -> QuerySet[Action]:
    """Improvements in the own stores and in all of them, for who works on them and for who reads figures."""
    if not (actor.may(Right.CASES) or actor.may(Right.SEE_REPORTS)):
        return Action.objects.none()
    if actor.store_ids is None:
        return Action.objects.all()
    return Action.objects.filter(Q(stores__isnull=True) | Q(stores__in=actor.store_ids)).distinct()


def may_change_action(actor: Actor, action: Action) -> bool:
    """Whether all that it is about is the actor's."""
    if not actor.may(Right.CASES) or actor.store_ids is None:
        return actor.may(Right.CASES)
    stores = set(action.stores.values_list("pk", flat=True))
    return bool(stores) and stores <= actor.store_ids


def cases_of(actor: Actor) -> QuerySet[Case]:
    return _of_stores(actor, Right.CASES, Case.objects.filter(voided_at__isnull=True))
