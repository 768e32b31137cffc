"""Improvements as a report reads them: which of them an actor may see, and what each was to change."""

from dataclasses import replace

from analytics.metrics import periods
from analytics.metrics.before_after import Trial
from analytics.reports.query import BadParameter, Query, no_action
from members.lib.actor import Actor
from surveys.models import Action
from surveys.queries import scope

LONGEST = 50  # improvements that one answer tells of: those in effect since the latest


def with_trials(query: Query, actor: Actor) -> Query:
    """The query with what was changed. BadParameter for an improvement there is not, or that this actor may not see.

    An improvement that is not yet in effect has nothing to be read.
    """
    if query.trials is not None:
        return query
    seen = scope.actions_of(actor)
    if query.action and not seen.filter(pk=int(query.action)).exists():
        raise BadParameter("action", no_action(query.action))
    begun = seen.filter(began_on__isnull=False)
    if query.action:
        begun = begun.filter(pk=int(query.action))
    latest = begun.order_by("-began_on", "-pk").prefetch_related("stores", "cause__causes")[:LONGEST]
    return replace(query, trials=tuple(_trial(one) for one in latest))


def _trial(action: Action) -> Trial:
    if action.began_on is None:
        raise ValueError(action.pk)
    question, _colon, line = action.driver.partition(":")
    causes = [action.cause.pk, *(one.pk for one in action.cause.causes.all())] if action.cause else []
    return Trial(
        action_id=action.pk,
        metric=Action.Metric(action.metric).value,  # type: ignore[arg-type]
        began=periods.day_number(action.began_on),
        weeks=action.weeks,
        store_ids=tuple(sorted(store.pk for store in action.stores.all())),
        driver=(question, line),
        theme_id=action.theme_id,
        cause_ids=tuple(sorted(causes)),
        product_id=action.product_id,
        survey_id=action.survey_id,
    )
