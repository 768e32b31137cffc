"""What is asked of a report: read from a URL, a command line or an API call, and checked."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace

from django.utils.translation import gettext as _

from analytics.metrics import periods
from analytics.metrics.before_after import Trial
from analytics.reports import option_words
from members.lib import clock


class BadParameter(ValueError):
    """A parameter this report cannot take: `name`, and a sentence that says what to write instead."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name, self.message = name, message


@dataclass(frozen=True, slots=True)
class People:
    """Whom a question is about for one actor now. Other people have another digest, and so another cached frame."""

    digest: str
    ids: tuple[int, ...] = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Query:
    """A checked question. Dates are inclusive business dates; stores, channels and tiers are codes, empty meaning all.

    `tiers`: those in which people are today. `segment`: the number of one, or ""; `people`: who is in it and in the
    tiers, and `among`: who is in each segment that the answer tells apart, once `scoped.with_people` has asked.
    `survey`: the number of one, or "" for all. `action`: the number of an improvement, or "" for all; `trials`: what is
    to be read of them, once `trials.with_trials` has asked.
    """

    date_from: dt.date | None = None
    date_to: dt.date | None = None
    as_of: dt.date | None = None
    known_at: dt.datetime | None = None
    stores: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    grain: str = ""
    group: str = ""
    options: tuple[tuple[str, str], ...] = ()
    tiers: tuple[str, ...] = ()
    segment: str = ""
    people: People | None = None
    among: tuple[tuple[int, People], ...] = ()
    survey: str = ""
    action: str = ""
    trials: tuple[Trial, ...] | None = None

    def between(self, first: int, last: int) -> "Query":
        """The same question about other days, given as day numbers."""
        return replace(self, date_from=periods.date_of(first), date_to=periods.date_of(last))

    def option(self, name: str) -> str:
        return dict(self.options)[name]

    @property
    def first_day(self) -> int | None:
        return None if self.date_from is None else periods.day_number(self.date_from)

    @property
    def last_day(self) -> int | None:
        return None if self.date_to is None else periods.day_number(self.date_to)

    def first_period(self, grain: periods.Grain) -> int | None:
        """The period in which the first date lies."""
        return None if self.first_day is None else periods.period_of(self.first_day, grain)

    def last_period(self, grain: periods.Grain) -> int | None:
        """The period in which the last date lies."""
        return None if self.last_day is None else periods.period_of(self.last_day, grain)


@dataclass(frozen=True, slots=True)
class Choices:
    """What a report lets one choose: grains and options, the first of each being the default.

    `groups`: what its rows can be told apart by (`groups.BY_PLACE`).
    `dated`: whether it is about the days from..to; the others are about the moment `as_of` and refuse them.
    `of_survey`: whether it can be asked about one survey. `of_action`: about one improvement.
    """

    grains: tuple[str, ...] = ()
    options: Mapping[str, tuple[str, ...]] | None = None
    groups: tuple[str, ...] = ()
    dated: bool = True
    of_survey: bool = False
    of_action: bool = False

    def option_values(self) -> Mapping[str, tuple[str, ...]]:
        return self.options or {}

    def changed(self, query: Query) -> dict[str, str]:
        """The options of a query that are not the default."""
        values = self.option_values()
        return {name: value for name, value in query.options if value != values[name][0]}


EARLIEST, LATEST = dt.date(1970, 1, 1), dt.date(2199, 12, 31)  # beyond, periods would be listed without end
TOGETHER = "none"  # the group that stands for all of them in one
_KNOWN = {"from", "to", "as_of", "known_at", "store", "channel", "tier", "segment", "grain"}
_LONGEST_ID = 18  # digits of a number that every database can compare

Given = Mapping[str, Sequence[str]]


def parse(choices: Choices, given: Given) -> Query:
    """A query from raw values. BadParameter names the first one that is wrong."""
    given = {name: [value for value in values if value] for name, values in given.items()}
    options = choices.option_values()
    for name, values in given.items():
        known = name in _KNOWN or name in options or (name == "group" and choices.groups)
        known = known or (name == "survey" and choices.of_survey) or (name == "action" and choices.of_action)
        if values and not known:
            raise BadParameter(name, _("This report has no option “%(name)s”.") % {"name": name})
        if values and name in {"from", "to"} and not choices.dated:
            raise BadParameter(name, _("This report is about one moment, not about days; write “as_of” instead."))
    query = Query(
        date_from=_date(given, "from"),
        date_to=_date(given, "to"),
        as_of=_as_of(given),
        known_at=_instant(given),
        stores=_codes(given, "store"),
        channels=_codes(given, "channel"),
        grain=_one_of(given, "grain", choices.grains),
        group=_group(given, choices),
        options=tuple((name, _one_of(given, name, values)) for name, values in sorted(options.items())),
        tiers=_codes(given, "tier"),
        segment=_segment(given),
        survey=_survey(given),
        action=_action(given),
    )
    if query.date_from and query.date_to and query.date_from > query.date_to:
        raise BadParameter("from", _("The first date is after the last one."))
    return query


def as_given(query: Query) -> dict[str, list[str]]:
    """The parameters that give this query again, defaults left out."""
    blank = Query()
    named = {part.name: getattr(query, part.name) for part in fields(query) if part.name not in _FOUND}
    changed = {name: value for name, value in named.items() if value != getattr(blank, name)}
    given: dict[str, list[str]] = {}
    for name, value in changed.items():
        if name == "options":
            given |= {key: [text] for key, text in value}
        else:
            given[_PARAMETER.get(name, name)] = list(value) if isinstance(value, tuple) else [_text(value)]
    return given


_FOUND = {"people", "among", "trials"}  # what an actor's rights made of other parameters
_PARAMETER = {"date_from": "from", "date_to": "to", "stores": "store", "channels": "channel", "tiers": "tier"}


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _codes(given: Given, name: str) -> tuple[str, ...]:
    return tuple(sorted({code.strip() for value in given.get(name, []) for code in value.split(",") if code.strip()}))


def _segment(given: Given) -> str:
    """The number of a segment, as its address has it."""
    value = (given.get("segment") or [""])[-1].strip()
    if value and not (value.isascii() and value.isdigit() and len(value) <= _LONGEST_ID):
        raise BadParameter("segment", no_segment(value))
    return value


def _survey(given: Given) -> str:
    """The number of a survey, as its address has it."""
    value = (given.get("survey") or [""])[-1].strip()
    if value and not (value.isascii() and value.isdigit() and len(value) <= _LONGEST_ID):
        sentence = _("There is no survey “%(value)s”. Write the number that its address has.")
        raise BadParameter("survey", sentence % {"value": value})
    return value


def _action(given: Given) -> str:
    """The number of an improvement, as its address has it."""
    value = (given.get("action") or [""])[-1].strip()
    if value and not (value.isascii() and value.isdigit() and len(value) <= _LONGEST_ID):
        raise BadParameter("action", no_action(value))
    return value


def no_action(value: str) -> str:
    return _("There is no improvement “%(value)s”. Write the number that its address has.") % {"value": value}


def no_segment(value: str) -> str:
    return _("There is no segment “%(value)s”. Write the number that its address has.") % {"value": value}


def _date(given: Given, name: str) -> dt.date | None:
    values = given.get(name, [])
    if not values:
        return None
    try:
        date = dt.date.fromisoformat(values[-1])
    except ValueError:
        raise BadParameter(
            name, _("“%(value)s” is not a date. Write it like 2026-11-21.") % {"value": values[-1]}
        ) from None
    if not EARLIEST <= date <= LATEST:
        raise BadParameter(name, _outside(values[-1]))
    return date


def _as_of(given: Given) -> dt.date | None:
    date = _date(given, "as_of")
    if date is not None and date > clock.now().date() + dt.timedelta(days=1):  # somewhere tomorrow has begun
        raise BadParameter("as_of", _ahead(str(date)))
    return date


def _outside(value: str) -> str:
    return _("“%(value)s” lies outside the years 1970 to 2199.") % {"value": value}


def _ahead(value: str) -> str:
    return _("“%(value)s” lies in the future. Write today or earlier.") % {"value": value}


def _instant(given: Given) -> dt.datetime | None:
    values = given.get("known_at", [])
    if not values:
        return None
    try:
        instant = dt.datetime.fromisoformat(values[-1].replace(" ", "+"))  # a bare + of a URL arrives as a space
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise BadParameter(
            "known_at",
            _("“%(value)s” is not an instant. Write it with its zone, like 2026-11-21T08:00:00+08:00.")
            % {"value": values[-1]},
        )
    if instant < clock.EPOCH:
        raise BadParameter("known_at", _outside(values[-1]))
    if instant > clock.now():
        raise BadParameter("known_at", _ahead(values[-1]))
    return instant


def _group(given: Given, choices: Choices) -> str:
    asked = _one_of(given, "group", (TOGETHER, *choices.groups))
    return "" if asked == TOGETHER else asked


def _one_of(given: Given, name: str, allowed: tuple[str, ...]) -> str:
    values = given.get(name, [])
    if not values:
        return allowed[0] if allowed else ""
    if values[-1] not in allowed:
        raise BadParameter(name, impossible(name, values[-1], allowed))
    return values[-1]


def impossible(name: str, value: str, allowed: Sequence[str]) -> str:
    """That a parameter cannot be this, and what it can be: in the reader's words, beside what an address needs."""
    if not allowed:
        return _("This report cannot be told apart by “%(name)s”.") % {"name": option_words.parameter(name)}
    choices = [_("%(word)s (%(code)s)") % {"word": option_words.choice(code, name), "code": code} for code in allowed]
    return _("“%(value)s” is not possible for “%(name)s”. Choose one of: %(allowed)s.") % {
        "value": value,
        "name": option_words.parameter(name),
        "allowed": _(", ").join(choices),
    }
