"""Clean sales files of which all is known, and what people and programs do to files: seeded, so a case can be repeated.

A mutation changes how a file is written, or damages it. It never changes what is true of the shop: what an import
stores must be that truth, and what it does not store it must have named.
"""

import csv
import datetime as dt
import io
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
_NAMES = {
    "order_no": ("order_no", "Order Number", "订单号", "订单编号", "单号"),
    "refund_no": ("refund_no", "Refund ID", "退款单号"),
    "member_no": ("member_no", "Customer ID", "会员号", "会员编号"),
    "ordered_at": ("ordered_at", "Order Date", "下单时间", "交易时间"),
    "refunded_at": ("refunded_at", "Refund Date", "退款时间"),
    "amount": ("amount", "Total Amount", "金额", "实付金额"),
    "phone": ("phone", "Mobile", "手机号", "手机"),
    "sku": ("sku", "Stock Code", "商品编码", "货号"),
    "product": ("product", "Description", "商品名称", "品名"),
    "quantity": ("quantity", "Qty", "数量"),
    "unit_price": ("unit_price", "Unit Price", "单价"),
    "note": ("note", "Remark", "备注"),
}
_GOODS = ("龙井", "乌龙", "Tea, green", '紫砂"壶"', "茶杯 2 只", "Mug; large")
_FULL_WIDTH = str.maketrans("0123456789.,-/:", "０１２３４５６７８９．，－／：")


@dataclass(frozen=True)
class Sold:
    """What is true of an order: `lines` are (SKU, quantity, amount), empty where the file has only totals."""

    at: dt.datetime
    total: Decimal
    member: str
    phone: str
    lines: tuple[tuple[str, Decimal, Decimal], ...] = ()


@dataclass
class Case:
    """A file in the making. `orders` and `refunds` are the truth; `cut`: numbers that a truncation may have taken."""

    seed: int
    kind: str
    random: random.Random
    header: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    orders: dict[str, Sold] = field(default_factory=dict)
    refunds: dict[str, tuple[str, dt.datetime, Decimal]] = field(default_factory=dict)
    before: bytes = b""  # a clean file of the orders that refunds name
    delimiter: str = ","
    quoting: int = csv.QUOTE_MINIMAL
    line_end: str = "\n"
    encoding: str = "utf-8"
    done: list[str] = field(default_factory=list)
    cut: set[str] = field(default_factory=set)
    content: bytes = b""

    def place(self, name: str) -> int:
        return self.header.index(name)

    def has(self, *names: str) -> bool:
        return all(name in self.header for name in names)


def made(seed: int) -> Case:
    """One case: a clean file, then one to three mutations."""
    rng = random.Random(seed)
    case = Case(seed, rng.choice(("orders", "orders", "lines", "lines", "refunds")), rng)
    {"orders": _orders, "lines": _lines, "refunds": _refunds}[case.kind](case)
    chosen = rng.sample(list(MUTATIONS), rng.randint(1, 3))
    for mutate in chosen:
        mutate(case)
    _written(case)
    if rng.random() < 0.15:
        _truncated(case)
    return case


# --- clean files --------------------------------------------------------------------------------------------------


def _moment(rng: random.Random) -> dt.datetime:
    start = dt.datetime(2025, 1, 1, tzinfo=SHANGHAI)
    return start + dt.timedelta(seconds=rng.randrange(400 * 86_400))


def _buyer(rng: random.Random) -> tuple[str, str]:
    """A member by number, phone or both, or a guest; number n and phone n are the same person's."""
    person = rng.randrange(8)
    number, phone = f"M{person:04d}", f"1380013{person:04d}"
    return rng.choice(((number, phone), (number, ""), (number, phone), ("", "")))


def _amount(rng: random.Random) -> Decimal:
    return Decimal(rng.choice((rng.randrange(1, 100_000), rng.randrange(100_000, 900_000)))) / 100


def _orders(case: Case) -> None:
    case.header = ["order_no", "member_no", "phone", "ordered_at", "note", "amount"]
    for number in range(case.random.randint(4, 12)):
        key, at, amount, (member, phone) = (
            f"SO{number:06d}", _moment(case.random), _amount(case.random), _buyer(case.random),
        )  # fmt: skip
        case.orders[key] = Sold(at, amount, member, phone)
        case.rows.append([key, member, phone, f"{at:%Y-%m-%d %H:%M:%S}", case.random.choice(_GOODS), f"{amount:.2f}"])


def _lines(case: Case) -> None:
    case.header = ["order_no", "member_no", "ordered_at", "sku", "product", "quantity", "unit_price"]
    for number in range(case.random.randint(3, 8)):
        key, at, member = f"{number + 7:06d}", _moment(case.random), _buyer(case.random)[0]
        lines = []
        for _ in range(case.random.randint(1, 4)):
            goods, quantity = case.random.randrange(len(_GOODS)), case.random.randint(1, 5)
            price = _amount(case.random)
            lines.append((f"P{goods}", Decimal(quantity), quantity * price))
            case.rows.append([
                key, member, f"{at:%Y-%m-%d %H:%M:%S}", f"P{goods}", _GOODS[goods], str(quantity), f"{price:.2f}",
            ])  # fmt: skip
        total = sum((amount for _, _, amount in lines), Decimal(0))
        case.orders[key] = Sold(at, total, member, "", tuple(sorted(lines)))


def _refunds(case: Case) -> None:
    _orders(case)
    plain = Case(case.seed, "orders", case.random, case.header, case.rows)
    _written(plain)
    case.before, case.rows = plain.content, []
    case.header = ["refund_no", "order_no", "refunded_at", "note", "amount"]
    for place, (order, sold) in enumerate(case.orders.items()):
        at = sold.at + dt.timedelta(days=case.random.randrange(1, 20), minutes=case.random.randrange(60))
        amount = max(Decimal("0.01"), (sold.total / case.random.choice((1, 2, 4))).quantize(Decimal("0.01")))
        amount = min(amount, sold.total)
        case.refunds[f"R{place:04d}"] = (order, at, amount)
        case.rows.append([f"R{place:04d}", order, f"{at:%Y-%m-%d %H:%M:%S}", "", f"{amount:.2f}"])


# --- mutations ----------------------------------------------------------------------------------------------------

MUTATIONS: list[Callable[[Case], None]] = []


def mutation(mutate: Callable[[Case], None]) -> Callable[[Case], None]:
    def told(case: Case) -> None:
        case.done.append(mutate.__name__)
        mutate(case)

    MUTATIONS.append(told)
    return told


def _some(case: Case, share: float = 0.4) -> list[list[str]]:
    return [row for row in case.rows if case.random.random() < share] or [case.random.choice(case.rows)]


def _each(case: Case, names: tuple[str, ...], change: Callable[[str], str]) -> None:
    """Write some values of these columns in another way."""
    for name in names:
        if case.has(name):
            place = case.place(name)
            for row in _some(case):
                if len(row) == len(case.header) and row[place]:
                    row[place] = change(row[place])


@mutation
def encoding(case: Case) -> None:
    case.encoding = case.random.choice(
        ("utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "big5", "latin-1", "utf-32")
    )


@mutation
def delimiter(case: Case) -> None:
    case.delimiter = case.random.choice((";", "\t", "|", "^"))


@mutation
def quoting(case: Case) -> None:
    case.quoting = csv.QUOTE_ALL


@mutation
def line_ends(case: Case) -> None:
    case.line_end = case.random.choice(("\r\n", "\r", "\n\n"))


@mutation
def column_order(case: Case) -> None:
    order = case.random.sample(range(len(case.header)), len(case.header))
    case.header = [case.header[place] for place in order]
    case.rows = [[row[place] for place in order] if len(row) == len(order) else row for row in case.rows]


@mutation
def header_names(case: Case) -> None:
    """Another language or case; applied when the file is written, so that mutations can still find columns."""


@mutation
def trailing_columns(case: Case) -> None:
    case.header += ["", ""]
    case.rows = [[*row, "", ""] for row in case.rows]


@mutation
def unknown_column(case: Case) -> None:
    case.header.insert(0, "note" if not case.has("note") else "柜台")
    case.rows = [[case.random.choice(_GOODS), *row] for row in case.rows]


@mutation
def blank_lines(case: Case) -> None:
    for _ in range(3):
        case.rows.insert(case.random.randrange(len(case.rows) + 1), [])


@mutation
def duplicated_rows(case: Case) -> None:
    """Only where a row is an order or refund of its own: equal lines of an order are separate lines."""
    if case.kind != "lines":
        case.rows += [list(row) for row in _some(case, 0.2)]


@mutation
def rows_apart(case: Case) -> None:
    case.random.shuffle(case.rows)


@mutation
def date_writing(case: Case) -> None:
    def change(text: str) -> str:
        try:
            at = dt.datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=SHANGHAI)
        except ValueError:
            return text
        utc = at.astimezone(dt.UTC)
        return case.random.choice((
            f"{at.year}/{at.month}/{at.day} {at:%H:%M:%S}", f"{at.year}年{at.month}月{at.day}日 {at:%H:%M:%S}",
            f"{at:%Y-%m-%dT%H:%M:%S+08:00}", f"{utc:%Y-%m-%dT%H:%M:%SZ}", f"{at:%Y%m%d%H%M%S}",
            f"{at:%d/%m/%Y %H:%M:%S}", f"{at:%m/%d/%Y %H:%M:%S}", f"{at:%y-%m-%d %H:%M:%S}", f"{at:%d.%m.%Y %H:%M:%S}",
            str(int(at.timestamp())), f"{at:%b %d %Y %H:%M:%S}", f"{at:%Y-%m-%d %I:%M:%S %p}",
        ))  # fmt: skip

    _each(case, ("ordered_at", "refunded_at"), change)


@mutation
def day_numbers(case: Case) -> None:
    """A whole date column as a spreadsheet counts days."""
    for name in ("ordered_at", "refunded_at"):
        if case.has(name):
            for row in (row for row in case.rows if len(row) == len(case.header)):
                row[case.place(name)] = _day_number(row[case.place(name)])


def _day_number(text: str) -> str:
    try:
        at = dt.datetime.strptime(text, "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 (a wall-clock time)
    except ValueError:
        return text
    return repr((at - dt.datetime(1899, 12, 30)) / dt.timedelta(days=1))  # noqa: DTZ001


@mutation
def amount_writing(case: Case) -> None:
    """Not with a minus among lines: there it is another truth, a line taken off."""

    def change(text: str) -> str:
        try:
            value = Decimal(text)
        except ArithmeticError:
            return text
        return case.random.choice((
            f"¥{value}", f"{value}元", f"{value:,.2f}", f"{value.normalize():f}", f"{value}00", f"CNY {value}",
            f"'{value}", f" {value} ", f"{value:.2f}".replace(".", ","), f"{value:.3E}", f"${value}", f"{value}0001",
            f"{value:,.2f}".replace(",", " "), "", "N/A",
            *(() if case.kind == "lines" else (f"-{value}", f"({value})")),
        ))  # fmt: skip

    _each(case, ("amount", "unit_price"), change)


@mutation
def full_width(case: Case) -> None:
    _each(case, ("amount", "unit_price", "quantity", "ordered_at", "phone"), lambda text: text.translate(_FULL_WIDTH))


@mutation
def phone_writing(case: Case) -> None:
    def change(text: str) -> str:
        return case.random.choice((
            f"+86 {text}", f"86{text}", f"{text[:3]}-{text[3:7]}-{text[7:]}", f"{text[:3]}****{text[7:]}", f"'{text}",
            f'="{text}"', text[:-1], f"{float(text or 0):.2E}",
        ))  # fmt: skip

    _each(case, ("phone",), change)


@mutation
def blanks_and_marks(case: Case) -> None:
    _each(case, ("order_no", "member_no", "sku", "refund_no"), lambda text: case.random.choice((
        f" {text} ", f"\u200b{text}", f"\u3000{text}", f"'{text}", f'="{text}"', f"\ufeff{text}",
    )))  # fmt: skip


@mutation
def excel_numbers(case: Case) -> None:
    _each(case, ("order_no", "member_no", "refund_no"), lambda _text: f"{case.random.randrange(10**11, 10**12):.2E}")


@mutation
def nul_bytes(case: Case) -> None:
    for row in _some(case, 0.2):
        place = case.random.randrange(len(row)) if row else 0
        if row:
            row[place] = "\0" + row[place]


@mutation
def lost_cells(case: Case) -> None:
    for row in _some(case, 0.15):
        if row:
            row.pop(case.random.randrange(len(row)))


@mutation
def extra_cells(case: Case) -> None:
    for row in _some(case, 0.15):
        row.insert(case.random.randrange(len(row) + 1), "x")


@mutation
def emptied_cells(case: Case) -> None:
    for row in _some(case, 0.15):
        for name in ("order_no", "ordered_at", "amount", "quantity", "refund_no"):
            if case.has(name) and len(row) == len(case.header) and case.random.random() < 0.4:
                row[case.place(name)] = ""


@mutation
def open_quotes(case: Case) -> None:
    """A quotation mark that nobody doubled; written as it is."""
    row = case.random.choice(case.rows)
    if row:
        row[case.random.randrange(len(row))] += '\x02"'


@mutation
def long_texts(case: Case) -> None:
    if case.has("note"):
        for row in _some(case, 0.2):
            if len(row) == len(case.header):
                row[case.place("note")] = "长" * case.random.choice((10_000, 10_001, 200_000))


@mutation
def spreadsheet_errors(case: Case) -> None:
    _each(case, ("member_no", "amount", "quantity"), lambda _text: case.random.choice(("#N/A", "#REF!", "#VALUE!")))


# --- writing ------------------------------------------------------------------------------------------------------


def _written(case: Case) -> None:
    header = list(case.header)
    if "header_names" in case.done:
        header = [case.random.choice(_NAMES.get(name, (name,))) for name in header]
        header = [case.random.choice((name, name.upper(), f" {name} ", name.replace("_", " "))) for name in header]
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=case.delimiter, quoting=case.quoting, lineterminator=case.line_end)  # type: ignore[arg-type]
    writer.writerows([header, *case.rows])
    text = buffer.getvalue().replace('\x02""', '"').replace("\x02", "")
    try:
        case.content = text.encode(case.encoding)
    except UnicodeEncodeError:
        case.encoding = "gb18030"
        case.content = text.encode(case.encoding)


def _truncated(case: Case) -> None:
    """Cut off somewhere after the header, but not just behind a line end: there nothing could show it."""
    case.done.append("truncated")
    end = case.random.randrange(len(case.content) // 3, len(case.content))
    while end < len(case.content) and _left(case, end).endswith(("\n", "\r")):
        end += 1
    case.content = case.content[:end]
    whole = "".join(_left(case, end).splitlines(keepends=True)[:-1])
    case.cut = {number for number in (*case.orders, *case.refunds) if number not in whole}


def _left(case: Case, end: int) -> str:
    return case.content[:end].decode(case.encoding, "ignore")
