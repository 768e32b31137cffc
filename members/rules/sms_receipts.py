"""What the providers of text messages report about those they took, each in its own words. Pure."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

BEIJING: Final = dt.timezone(dt.timedelta(hours=8))  # the clock of both, who name no zone
_KEY = re.compile(r"message-(\d{1,18})")
_PLAIN = re.compile(r"[ -~]{1,120}")
_NO_CODE = re.compile(r"[^\w.:\- ]+")


@dataclass(frozen=True, slots=True)
class Receipt:
    """`number` is the provider's; `message_id` ours, where it was sent along and came back."""

    number: str
    arrived: bool
    said: str
    at: dt.datetime | None
    message_id: int | None = None


def word(said: object) -> str:
    """A provider's code as it may be kept and shown: no more than a code."""
    return _NO_CODE.sub("", said if isinstance(said, str) else "")[:80]


def _aliyun(one: Mapping[str, Any]) -> Receipt:
    key = _KEY.fullmatch(_text(one.get("out_id")))
    return Receipt(
        _text(one.get("biz_id")), one.get("success") is True, word(one.get("err_code")),
        _moment(one.get("report_time")), int(key[1]) if key else None,
    )  # fmt: skip


def _tencent(one: Mapping[str, Any]) -> Receipt:
    return Receipt(
        _text(one.get("sid")), one.get("report_status") == "SUCCESS", word(one.get("errmsg")),
        _moment(one.get("user_receive_time")),
    )  # fmt: skip


READERS: Final[Mapping[str, Callable[[Mapping[str, Any]], Receipt]]] = {"aliyun": _aliyun, "tencent": _tencent}


def _text(value: object) -> str:
    return value if isinstance(value, str) and _PLAIN.fullmatch(value) else ""


def _moment(value: object) -> dt.datetime | None:
    try:
        return dt.datetime.strptime(_text(value), "%Y-%m-%d %H:%M:%S").replace(tzinfo=BEIJING)
    except ValueError:
        return None
