"""Headers that mean a field, however they are written."""

import pytest

from members.rules.imports.fields import FIELD_BY_KEY, key

TRADITIONAL = {
    "order_no": ["訂單號", "訂單編號"], "refund_no": ["退貨單號", "退款單號"], "ordered_at": ["下單時間", "訂單日期"],
    "amount": ["金額", "實付金額（元）", "總價"], "member_no": ["會員號", "會員編號", "顧客編號"],
    "phone": ["手機", "手機號碼"], "store": ["門店", "店鋪名稱", "門市", "分店"], "email": ["電子郵件"],
    "account": ["買家帳號"], "sku": ["商品條碼", "商品編號"],
    "quantity": ["數量"], "unit_price": ["單價"], "status": ["訂單狀態"], "category": ["商品類別"],
    "line_kind": ["明細類型"], "channel": ["來源渠道"],
}  # fmt: skip


@pytest.mark.parametrize(("header", "field"), [(name, field) for field, names in TRADITIONAL.items() for name in names])
def test_traditional_characters_say_the_same(header: str, field: str) -> None:
    assert FIELD_BY_KEY[key(header)] == field


def test_another_word_is_another_column() -> None:
    assert key("櫃檯") not in FIELD_BY_KEY
