"""Words for the state of an order and the kind of a line, as exports write them."""

from members.rules.imports.problems import BadValue
from members.rules.imports.text import narrow

_STATUS = {
    "paid": "paid completed complete success shipped delivered fulfilled finished authorized partially_paid "
    "已付款 已支付 支付成功 已完成 完成 交易成功 交易完成 已发货 待发货 待收货 "
    "已收货 已签收 买家已付款 卖家已发货 正常 成功 processing 买家已付款,等待卖家发货 "
    "卖家已发货,等待买家确认 卖家部分发货 等待卖家发货 等待出库 等待确认收货 已出库 待成团 待接单 待自提",
    "pending": "pending unpaid awaiting_payment on-hold processing_payment open checkout-draft "
    "待付款 未付款 未支付 等待付款 等待买家付款 待支付",
    "cancelled": "cancelled canceled void voided closed expired failed "
    "已取消 取消 交易关闭 已关闭 关闭 作废 已作废 支付失败 订单关闭 付款以前,卖家或买家主动关闭交易 "
    "付款以后用户退款成功,交易自动关闭",
    "test": "test 测试 测试单 测试订单",
}
_REFUNDED = frozenset(["refunded", "已退款", "全额退款", "退款成功", "已退货"])
_PARTLY = frozenset(["partially_refunded", "部分退款"])
_DELETED = "(删除)"  # so JD marks what was cancelled before it left the house
_LINE_KIND = {
    "goods": "goods product item 商品 货品",
    "gift_card": "gift_card giftcard gift 礼品卡 储值卡 充值",
    "fee": "fee shipping freight postage 运费 邮费 费用 服务费 包装费",
}


def _by_word(words: dict[str, str]) -> dict[str, str]:
    return {word: meaning for meaning, listed in words.items() for word in listed.split()}


_STATUS_BY_WORD = _by_word(_STATUS)
_LINE_KIND_BY_WORD = _by_word(_LINE_KIND)


def status(raw: str) -> tuple[str, str]:
    """State of an order -> paid, pending, cancelled or test; blank means paid.

    An order that is wholly refunded in the export counts as cancelled, since the file says neither when nor how
    much was given back; import the refunds with a refunds file to see them.
    """
    word = _word(raw)
    if word in _REFUNDED:
        return "cancelled", "refunded_as_cancelled"
    if word in _PARTLY:
        return "paid", "refund_not_named"
    return _status(word), ""


def status_beside_refunds(raw: str) -> tuple[str, str]:
    """The same for an export that says how much was given back: "refunded" stands for wholly refunded."""
    word = _word(raw)
    if word in _REFUNDED:
        return "refunded", ""
    return "paid" if word in _PARTLY else _status(word), ""


def _word(raw: str) -> str:
    return narrow(raw).casefold().replace(" ", "_").removeprefix("wc-")


def _status(word: str) -> str:
    if not word:
        return "paid"
    if word.startswith(_DELETED):
        return "cancelled"
    if word not in _STATUS_BY_WORD:
        raise BadValue("unknown_status")
    return _STATUS_BY_WORD[word]


def line_kind(raw: str) -> tuple[str, str]:
    """Kind of a line -> goods, gift_card or fee; blank means goods."""
    word = narrow(raw).casefold().replace(" ", "_")
    if word and word not in _LINE_KIND_BY_WORD:
        raise BadValue("unknown_line_kind")
    return _LINE_KIND_BY_WORD.get(word, "goods"), ""
