"""Headers that mean a field, however they are written."""

import pytest

from members.rules.imports.fields import FIELD_BY_KEY, key


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("訂單號", "order_no"), ("訂單編號", "order_no"), ("下單時間", "ordered_at"), ("訂單日期", "ordered_at"),
        ("金額", "amount"), ("實付金額（元）", "amount"), ("總價", "amount"), ("會員號", "member_no"),
        ("會員編號", "member_no"), ("顧客編號", "member_no"), ("門市", None), ("門店", "store"), ("店鋪名稱", "store"),
        ("手機號碼", "phone"), ("電子郵件", "email"), ("買家帳號", "account"), ("商品條碼", "sku"), ("數量", "quantity"),
        ("單價", "unit_price"), ("訂單狀態", "status"), ("商品類別", "category"), ("明細類型", "line_kind"), ("退貨單號", "refund_no"), ("商品類目", "category"),
    ],
)  # fmt: skip
def test_traditional_characters_say_the_same(header: str, field: str | None) -> None:
    assert FIELD_BY_KEY.get(key(header)) == field
