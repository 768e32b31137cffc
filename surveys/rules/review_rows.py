"""A file of reviews as rows: what each says, or what is wrong with it."""

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from surveys.rules.named_rows import Unreadable, named, titled

NAMES = {
    "number": ("number", "id", "index", "review_id", "编号", "评价编号", "评价id"),
    "text": ("text", "review", "reviewbody", "comment", "content", "内容", "评价内容", "评价"),
    "rating": ("rating", "star", "stars", "score", "评分", "星级", "星数", "分数"),
    "date": ("date", "day", "time", "created_at", "日期", "评价时间", "时间"),
    "store": ("store", "store_code", "shop", "门店", "门店编号"),
    "member": ("member", "member_number", "会员", "会员号"),
    "product": ("product", "sku", "商品", "商品编号"),
}
MOODS = {
    "1": 1, "0": 0, "-1": -1, "-2": None, "positive": 1, "neutral": 0, "negative": -1, "正面": 1, "中性": 0, "负面": -1,
}  # fmt: skip
"""What a file may say about a theme -> mood; None: the text does not speak of it. Numbers as in the ASAP corpus."""
_SIGNS = ("theme:", "theme：", "主题:", "主题：")
LONGEST = 4_000
MOST = 100_000


@dataclass(frozen=True, slots=True)
class Read:
    """One review. `rating` None: only words, which is no zero. `date` None: not said. Codes as in the file.

    `moods`: what the file says about themes, by code; a theme that it says nothing about is not in it.
    """

    line: int
    number: str
    text: str = ""
    rating: int | None = None
    date: dt.date | None = None
    store: str = ""
    member: str = ""
    product: str = ""
    moods: dict[str, int | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fault:
    """A line that is no review: "number", "rating", "date", "nothing", "text", "mood" or "twice", and the value."""

    line: int
    what: str
    value: str


def read(text: str, themes: Collection[str] = ()) -> Iterator[Read | Fault]:
    """Every row below the headings, in order. Raises Unreadable; ("theme", heading) for a theme that there is not.

    A column headed "theme:" and the code of one of `themes` says in what mood a review speaks of it (`MOODS`). Without
    "theme:" it might be anything, stars too.
    """
    seen: set[str] = set()
    columns = {f"theme:{code}": code for code in themes}
    names = NAMES | {column: [f"{sign}{code.casefold()}" for sign in _SIGNS] for column, code in columns.items()}
    known = {title for titles in names.values() for title in titles}
    for title in titled(text):
        if title.startswith(_SIGNS) and title not in known:
            raise Unreadable("theme", title)
    for line, values in named(text, names, [{"number"}, {"text", "rating"}]):
        found = _one(line, values, columns)
        if isinstance(found, Read):
            if found.number in seen:
                found = Fault(found.line, "twice", found.number)
            else:
                seen.add(found.number)
        yield found


class _Wrong(ValueError):
    """What is wrong with a line, as in `Fault`, and the value."""


def _one(line: int, values: dict[str, str], themes: dict[str, str]) -> Read | Fault:
    try:
        return _review(line, values, themes)
    except _Wrong as wrong:
        what, value = wrong.args
        return Fault(line, what, value[:40])


def _review(line: int, values: dict[str, str], themes: dict[str, str]) -> Read:
    number, text = values["number"], values["text"]
    if not number or len(number) > 120:
        raise _Wrong("number", number)
    rating, date = _rating(values["rating"]), _date(values["date"])
    if rating is None and not text:
        raise _Wrong("nothing", number)
    if len(text) > LONGEST:
        raise _Wrong("text", text)
    moods = {code: _mood(values[column]) for column, code in themes.items() if values[column]}
    more = {name: values[name] for name in ("store", "member", "product")}
    return Read(line, number, text, rating, date, moods=moods, **more)


def _rating(text: str) -> int | None:
    if not text:
        return None
    try:
        stars = float(text)
    except ValueError:
        raise _Wrong("rating", text) from None
    if stars not in {1, 2, 3, 4, 5}:
        raise _Wrong("rating", text)
    return int(stars)


def _date(text: str) -> dt.date | None:
    if not text:
        return None
    try:
        date = dt.date.fromisoformat(text[:10].replace("/", "-"))
    except ValueError:
        raise _Wrong("date", text) from None
    if not 1970 <= date.year <= 2199:
        raise _Wrong("date", text)
    return date


def _mood(text: str) -> int | None:
    if text.casefold() not in MOODS:
        raise _Wrong("mood", text)
    return MOODS[text.casefold()]
