"""When a store answers, and how soon it is to answer."""

import datetime as dt
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

from django.db.models import Q

from members.lib import clock
from members.models import Store
from members.queries import merchants
from surveys.models import BusinessHours, Holiday, ResponseTarget
from surveys.rules.business_hours import Calendar, Interval, minutes_of

FIRST, RESOLVE = 24 * 60, 3 * 24 * 60  # minutes, for a priority without a target


def of_store(store: Store | None) -> Calendar:
    """The store's own hours, else those of every store, else round the clock; with its holidays and everybody's."""
    zone = store.zone if store else merchants.current().zone
    of = Q(store__isnull=True) | Q(store=store) if store else Q(store__isnull=True)
    every = list(BusinessHours.objects.filter(of))
    holidays = frozenset(Holiday.objects.filter(of).values_list("day", flat=True))
    return _calendar(zone, every, holidays)


def of_stores(ids: AbstractSet[int | None]) -> dict[int | None, Calendar]:
    """The calendar of each store by its number, as `of_store` gives it; of None: where no store is known."""
    hours, holidays = list(BusinessHours.objects.all()), list(Holiday.objects.values_list("store_id", "day"))
    zones: dict[int | None, str] = dict(Store.objects.filter(pk__in=[pk for pk in ids if pk]).values_list("pk", "zone"))
    zones |= {None: merchants.current().zone}
    return {
        pk: _calendar(
            zone,
            [row for row in hours if row.store_id in {pk, None}],
            frozenset(day for store_id, day in holidays if store_id in {pk, None}),
        )
        for pk, zone in zones.items()
    }


def minutes(spans: Sequence[tuple[int | None, int, int]]) -> list[int]:
    """Business minutes of spans of (store, from, to), both in microseconds since 1970 UTC."""
    calendars = of_stores({store for store, _begins, _ends in spans}) if spans else {}
    found = [0] * len(spans)
    for store, calendar in calendars.items():
        places = [place for place, span in enumerate(spans) if span[0] == store]
        instants = [(_instant(spans[place][1]), _instant(spans[place][2])) for place in places]
        for place, length in zip(places, minutes_of(calendar, instants), strict=True):
            found[place] = length
    return found


def _instant(micros: int) -> dt.datetime:
    return clock.EPOCH + dt.timedelta(microseconds=micros)


def _calendar(zone: str, every: Iterable[BusinessHours], holidays: frozenset[dt.date]) -> Calendar:
    """`every`: the hours of the store and those of all; its own go first."""
    rows = list(every)
    own = [row for row in rows if row.store_id] or rows
    if not own:
        return Calendar(zone, holidays=holidays)
    hours: dict[int, list[Interval]] = {}
    for row in own:
        closes = dt.time(0) if row.closes >= dt.time(23, 59) else row.closes
        hours.setdefault(row.weekday, []).append((row.opens, closes))
    return Calendar(zone, {day: tuple(sorted(found)) for day, found in hours.items()}, holidays)


def targets(priority: int) -> tuple[int, int]:
    """Business minutes to the first answer and to the solution."""
    found = ResponseTarget.objects.filter(priority=priority).first()
    return (found.first_minutes, found.resolve_minutes) if found else (FIRST, RESOLVE)
