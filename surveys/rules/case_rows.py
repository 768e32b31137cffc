"""A file of complaints and service cases as rows: what each says, or what is wrong with it.

Values are those of the models as texts; times are as in the file, without a zone unless it names one.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from surveys.rules.named_rows import named

NAMES = {
    "number": ("number", "id", "ticket id", "ticket_id", "case", "编号", "工单号", "投诉编号"),
    "text": ("text", "description", "ticket description", "content", "内容", "投诉内容", "描述"),
    "subject": ("subject", "title", "ticket subject", "标题", "主题"),
    "opened": ("opened", "opened_at", "created", "created_at", "date", "受理时间", "创建时间", "投诉时间", "日期"),
    "first": ("first_response", "first response time", "first_response_at", "answered", "首次回复时间", "首次响应时间"),
    "resolved": ("resolved", "resolved_at", "time to resolution", "解决时间", "完成时间"),
    "state": ("state", "status", "ticket status", "状态"),
    "priority": ("priority", "ticket priority", "优先级"),
    "intake": ("intake", "channel", "ticket channel", "来源渠道", "渠道"),
    "kind": ("kind", "类别"),
    "outcome": ("outcome", "处理结果", "结果"),
    "cause": ("cause", "原因", "投诉原因"),
    "contact": ("contact", "email", "customer email", "phone", "联系方式", "电话"),
    "staff": ("staff", "员工", "涉及员工"),
    "store": ("store", "store_code", "shop", "门店", "门店编号"),
    "member": ("member", "member_number", "会员", "会员号"),
}
WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "state": {
        "new": ("new", "新建", "未处理", "待处理"),
        "open": ("open", "in progress", "处理中", "跟进中"),
        "waiting": ("waiting", "pending", "pending customer response", "等待顾客", "等待客户"),
        "resolved": ("resolved", "solved", "已解决"),
        "closed": ("closed", "已关闭", "已结案", "结案"),
    },
    "priority": {
        "1": ("1", "high", "urgent", "critical", "高", "紧急"),
        "2": ("2", "normal", "medium", "中", "普通", "一般"),
        "3": ("3", "low", "低"),
    },
    "kind": {"complaint": ("complaint", "投诉"), "service": ("service", "服务", "售后", "咨询")},
    "outcome": {
        "solved": ("solved", "已解决"), "compensated": ("compensated", "已补偿", "已赔付"),
        "explained": ("explained", "已解释"), "not_justified": ("not_justified", "不成立"),
        "no_answer": ("no_answer", "顾客未回复", "无法联系"),
    },
}  # fmt: skip
INTAKES: Mapping[str, str] = {
    word: intake
    for intake, words in {
        "counter": ("counter", "门店", "柜台"), "phone": ("phone", "电话"),
        "email": ("email", "e-mail", "mail", "邮件"),
        "social": ("social", "social media", "社交媒体", "微信", "微博", "抖音", "小红书"),
        "review": ("review", "评价"), "form": ("form", "表单"),
    }.items()
    for word in words
}  # fmt: skip
LONGEST, MOST = 8_000, 100_000
LENGTHS = {"contact": 200, "staff": 80}
SETTLED = frozenset({"resolved", "closed"})


@dataclass(frozen=True, slots=True)
class Moment:
    """A time of a file. `has_zone`: it names its own; `has_hours`: it is no mere day."""

    at: dt.datetime
    has_zone: bool
    has_hours: bool


@dataclass(frozen=True, slots=True)
class Read:
    """One case; None and "" where the file says nothing. `store`, `member` and `cause` are as in the file."""

    line: int
    number: str
    text: str
    state: str
    opened: Moment | None = None
    first: Moment | None = None
    resolved: Moment | None = None
    priority: int | None = None
    intake: str = "file"
    kind: str = ""
    outcome: str = ""
    cause: str = ""
    contact: str = ""
    staff: str = ""
    store: str = ""
    member: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """A line that is no case: what is wrong ("number", "nothing", "text", "twice", or a column's name), the value."""

    line: int
    what: str
    value: str


class _Wrong(ValueError):
    def __init__(self, what: str, value: str) -> None:
        super().__init__(what)
        self.what, self.value = what, value[:40]


def read(text: str) -> Iterator[Read | Fault]:
    """Every row below the headings, in order. Raises Unreadable."""
    seen: set[str] = set()
    for line, values in named(text, NAMES, [{"number"}, {"text", "subject"}]):
        try:
            found = _one(line, values, seen)
        except _Wrong as wrong:
            yield Fault(line, wrong.what, wrong.value)
        else:
            seen.add(found.number)
            yield found


def _one(line: int, values: Mapping[str, str], seen: set[str]) -> Read:
    number = values["number"]
    if not number or len(number) > 120:
        raise _Wrong("number", number)
    if number in seen:
        raise _Wrong("twice", number)
    text = "\n".join(filter(None, (values["subject"], values["text"])))
    if not text:
        raise _Wrong("nothing", number)
    if len(text) > LONGEST:
        raise _Wrong("text", text)
    for name, length in LENGTHS.items():
        if len(values[name]) > length:
            raise _Wrong(name, values[name])
    opened, first, resolved = (_moment(name, values[name]) for name in ("opened", "first", "resolved"))
    priority = _word("priority", values["priority"])
    return Read(
        line, number, text, _state(values["state"], first, resolved), opened, first, resolved,
        priority=int(priority) if priority else None, intake=INTAKES.get(values["intake"].casefold(), "file"),
        kind=_word("kind", values["kind"]), outcome=_word("outcome", values["outcome"]), cause=values["cause"],
        contact=values["contact"], staff=values["staff"], store=values["store"], member=values["member"],
    )  # fmt: skip


def _state(text: str, first: Moment | None, resolved: Moment | None) -> str:
    """The state a file names or, where it names none, the one its times speak of. Open and not yet answered is new."""
    said = _word("state", text) or ("closed" if resolved else "open")
    return "new" if said == "open" and first is None else said


def _word(name: str, text: str) -> str:
    if not text:
        return ""
    for value, words in WORDS[name].items():
        if text.casefold() in words:
            return value
    raise _Wrong(name, text)


def _moment(name: str, text: str) -> Moment | None:
    if not text:
        return None
    try:
        at = dt.datetime.fromisoformat(text.replace("/", "-"))
    except ValueError:
        raise _Wrong(name, text) from None
    if not 1970 <= at.year <= 2199:
        raise _Wrong(name, text)
    return Moment(at, at.tzinfo is not None, len(text) > len("2026-11-21"))


def cannot_be(opened: dt.datetime, first: dt.datetime | None, resolved: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether times contradict each other: solved before it was answered or opened, answered before it was opened."""
    known = [at for at in (opened, first, resolved) if at is not None]
    return known != sorted(known) or known[-1] > now
