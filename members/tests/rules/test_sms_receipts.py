"""Reports in the words of their providers, as their descriptions show them."""

import datetime as dt
from typing import Any

import pytest

from members.rules.sms_receipts import READERS, Receipt

ALIYUN = {
    "phone_number": "13811111111", "send_time": "2017-01-01 00:00:00", "report_time": "2017-01-01 08:00:00",
    "success": True, "err_code": "DELIVERED", "err_msg": "用户接收成功", "sms_size": "1", "biz_id": "12345",
    "out_id": "message-67",
}  # fmt: skip
TENCENT = {
    "user_receive_time": "2015-10-17 08:03:04", "nationcode": "86", "mobile": "13800000000",
    "report_status": "SUCCESS", "errmsg": "DELIVRD", "description": "用户短信送达成功", "sid": "5000:1",
}  # fmt: skip


def test_the_examples_of_the_descriptions() -> None:
    assert READERS["aliyun"](ALIYUN) == Receipt("12345", True, "DELIVERED", dt.datetime(2017, 1, 1, tzinfo=dt.UTC), 67)
    received = dt.datetime(2015, 10, 17, 0, 3, 4, tzinfo=dt.UTC)
    assert READERS["tencent"](TENCENT) == Receipt("5000:1", True, "DELIVRD", received)


@pytest.mark.parametrize("rubbish", [None, 7, [], {}, "\x00", "\ud800", "x" * 300, "2017-13-01 00:00:00"])
def test_rubbish_in_a_field_is_nothing_in_it(rubbish: Any) -> None:
    fields = ("report_time", "biz_id", "out_id", "success")
    read = READERS["aliyun"](ALIYUN | dict.fromkeys(fields, rubbish))
    assert (read.arrived, read.at, read.message_id) == (False, None, None)
    assert len(read.number) < 120
    assert READERS["tencent"](dict.fromkeys(TENCENT, rubbish)).arrived is False
