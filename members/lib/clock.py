"""The one place that asks the time, so that tests and replays can hold it still."""

import datetime as dt
from zoneinfo import ZoneInfo

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def now() -> dt.datetime:
    """The current instant, in UTC."""
    return dt.datetime.now(dt.UTC)


def local_date(instant: dt.datetime, zone: str) -> dt.date:
    """The calendar date of an instant on a wall clock in an IANA zone."""
    return instant.astimezone(ZoneInfo(zone)).date()


def local_hour(zone: str) -> int:
    """The hour of day, 0 to 23, that it is now in an IANA zone."""
    return now().astimezone(ZoneInfo(zone)).hour


def to_micros(instant: dt.datetime) -> int:
    """Microseconds since the epoch (exact, no float), as the warehouse stores instants."""
    delta = instant - EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds
