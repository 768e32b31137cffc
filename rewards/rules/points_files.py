"""A file of points: what its columns are, and what each row says or what is wrong with it."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from members.rules.imports import amounts, contacts, files, member_values, records, text
from members.rules.imports.fields import MEMBER_FIELD_BY_KEY, key
from members.rules.imports.instants import Clock, instant
from members.rules.imports.problems import BadValue, Refused

COLUMNS = ("member_no", "phone", "email", "points", "earned_on", "expires_on", "reason", "note", "reference")
WHO = ("member_no", "phone", "email")
MOST_POINTS = 10**9  # in a row: more is a slip
LAST_YEAR = 2200
LIMITS = {"note": 300, "reference": 80}
_SYNONYMS = {
    "points": "points balance, balance, point, amount of points, available points, 积分, 积分余额, 可用积分, 剩余积分, "
    "积分数, 点数, 余额积分",
    "earned_on": "earned, earned at, earn date, date, granted on, 获得日期, 获得时间, 积分日期, "
    "获取日期, 发放日期, 日期",
    "expires_on": "expires, expires at, expiry, expiry date, expiration date, valid until, last day, 到期日, 到期日期, "
    "过期日期, 失效日期, 有效期, 有效期至, 截止日期",
    "reason": "reason code, why, 原因, 事由, 调整原因, 积分原因",
    "note": "notes, remark, remarks, comment, 备注, 说明",
    "reference": "reference no, ref, external id, row id, 参考号, 流水号, 凭证号, 外部编号, 唯一编号",
}
_REASONS = {
    "goodwill": "goodwill, 关怀, 好意",
    "correction": "correction, fix, 更正, 纠错, 补登",
    "complaint": "complaint, 投诉",
    "promotion": "promotion, 活动, 促销",
    "other": "other, 其他, 其它",
}
_FIELD = {key(word): field for field, words in _SYNONYMS.items() for word in (field, *words.split(","))} | {
    word: "member_no" if field == "card" else field
    for word, field in MEMBER_FIELD_BY_KEY.items()
    if field in {*WHO, "card"}
}
_REASON = {key(word): code for code, words in _REASONS.items() for word in words.split(",")}


@dataclass(frozen=True, slots=True)
class Said:
    """What a row says. `keys`: by what the member is recognised; `reason`: "" where the file names none."""

    row: int
    keys: Sequence[tuple[str, str]]
    points: int
    earned_on: dt.date | None
    expires_on: dt.date | None
    reason: str
    note: str
    reference: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a row is not taken: a code, and the column it is about."""

    row: int
    field: str
    code: str


@dataclass(frozen=True, slots=True)
class Reader:
    """How cells are read: on which day, in which zone, whose phones have no country code."""

    clock: Clock
    today: dt.date
    region: str


def read(path: Path, name: str, reader: Reader, most: int) -> Iterator[Said | Wrong]:
    """Each row of the file. Refused when it is no table, has no column of members or points, or too many rows."""
    shape = files.recognise(path, name=name)
    rows = records.read(path, shape)
    header = next(rows, (0, []))[1]
    places = _places(header)
    for count, (number, cells) in enumerate(rows, 1):
        if count > most:
            raise Refused("too_many_rows", limit=f"{most:,}")
        yield _row(number, cells, places, len(header), reader)


def _places(header: Sequence[str]) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, title in enumerate(header):
        if (field := _FIELD.get(key(title))) and field not in places:
            places[field] = place
    missing = [] if any(field in places for field in WHO) else ["member_no"]
    missing += [] if "points" in places else ["points"]
    if missing:
        raise Refused("columns_missing", fields=", ".join(missing), header=", ".join(header)[:200])
    return places


def _row(number: int, cells: Sequence[str], places: dict[str, int], width: int, reader: Reader) -> Said | Wrong:
    if isinstance(cells, records.TooLong):
        return Wrong(number, "", "too_long")
    if len(cells) != width:
        return Wrong(number, "", "too_few_fields" if len(cells) < width else "too_many_fields")
    said: dict[str, str] = {field: cells[place] for field, place in places.items()}
    field = ""
    try:
        keys = []
        for field in WHO:
            keys += _key(field, said.get(field, ""), reader)
        if not keys:
            return Wrong(number, next(name for name in WHO if name in places), "no_contact_and_no_key")
        found = {}
        for field, parse in _PARSERS.items():
            found[field] = parse(said.get(field, ""), reader)
    except BadValue as bad:
        return Wrong(number, field, bad.code)
    return Said(number, keys, **found)  # type: ignore[arg-type]


def _key(field: str, raw: str, reader: Reader) -> list[tuple[str, str]]:
    if not text.narrow(raw):
        return []
    if field == "member_no":
        value, _fix = member_values.number(raw, member_values.LIMITS["member_no"])
        return [("number", value.casefold())] if value else []
    value, _fix = contacts.phone(raw, reader.region) if field == "phone" else contacts.email(raw)
    if not value or "\0" in value:
        raise BadValue("phone_invalid" if field == "phone" else "email_invalid")
    return [(field, value)]


def _points(raw: str, _reader: Reader) -> int:
    units, _fix = amounts.amount(raw, "", 0)
    points = units // amounts.SCALE
    if not points:
        raise BadValue("no_points")
    if abs(points) > MOST_POINTS:
        raise BadValue("implausibly_large")
    return points


def _day(raw: str, reader: Reader) -> dt.date | None:
    if not text.narrow(raw):
        return None
    moment, _fix = instant(raw, reader.clock)
    day = moment.astimezone(reader.clock.zone).date()
    if day.year > LAST_YEAR:
        raise BadValue("too_far")
    return day


def _earned_on(raw: str, reader: Reader) -> dt.date | None:
    day = _day(raw, reader)
    if day is not None and day > reader.today:
        raise BadValue("future")
    return day


def _expires_on(raw: str, reader: Reader) -> dt.date | None:
    day = _day(raw, reader)
    if day is not None and day < reader.today:
        raise BadValue("expired")
    return day


def _reason(raw: str, _reader: Reader) -> str:
    if not text.narrow(raw):
        return ""
    if (code := _REASON.get(key(raw))) is None:
        raise BadValue("unknown_reason")
    return code


def _note(raw: str, _reader: Reader) -> str:
    return text.clean(raw, LIMITS["note"])[0]


def _reference(raw: str, _reader: Reader) -> str:
    return text.number(raw, LIMITS["reference"])[0] if text.narrow(raw) else ""


_PARSERS = {
    "points": _points, "earned_on": _earned_on, "expires_on": _expires_on, "reason": _reason, "note": _note,
    "reference": _reference,
}  # fmt: skip
