"""The fields an import knows and the headers that mean them, in Chinese and English."""

import re
import unicodedata

FIELDS = (
    "order_no", "refund_no", "member_no", "ordered_at", "refunded_at", "amount", "sku", "product", "category",
    "quantity", "unit_price", "line_kind", "status", "channel", "store", "phone", "email", "name",
    "account", "currency",
)  # fmt: skip

# What an export of a shop system says of an order besides: read by its preset only, never matched by name.
SHOP_FIELDS = (
    "total", "shipping", "tax", "fees", "discount", "line_discount", "balance", "refunded", "closed_at",
)  # fmt: skip
MEMBER_FIELDS = (
    "member_no", "name", "family_name", "given_name", "phone", "phone2", "phone3", "phone4", "email", "email2", "card",
    "account", "gender", "birthday", "city", "store", "joined_on",
)  # fmt: skip
EVERY_FIELD = (*FIELDS, *SHOP_FIELDS, *(name for name in MEMBER_FIELDS if name not in FIELDS))
REPEATED = {"member_no": ("card",), "phone": ("phone2", "phone3", "phone4"), "email": ("email2",)}  # of a members file

_SYNONYMS = {
    "order_no": "order number, order no, order id, order, orderno, invoice no, invoice number, "
    "receipt no, basket id, transaction id, 订单号, 订单编号, 单号, 订单, 订单ID, 销售单号, 小票号, "
    "流水号, 交易号, 账单号, 主订单编号",
    "refund_no": "refund number, refund no, refund id, return no, return id, 退款单号, 退款编号, 退款号, "
    "退货单号, 退单号",
    "member_no": "member number, member no, member id, customer id, customer no, customer number, "
    "customer, household id, user id, buyer id, 会员号, 会员编号, 会员ID, 会员卡号, 卡号, 顾客编号, "
    "客户编号, 客户号, 客户ID, 用户ID",
    "ordered_at": "ordered at, order date, order time, order datetime, date, datetime, time, "
    "invoice date, created at, paid at, transaction timestamp, transaction date, purchase date, "
    "sale date, 下单时间, 下单日期, 订单时间, 订单日期, 订单创建时间, 创建时间, 交易时间, 交易日期, "
    "支付时间, 付款时间, 销售时间, 销售日期, 消费时间, 消费日期, 购买时间, 购买日期, 日期, 时间",
    "refunded_at": "refunded at, refund date, refund time, return date, 退款时间, 退款日期, 退货时间, 退货日期",
    "amount": "amount, total, order total, order amount, total amount, paid amount, net amount, "
    "sales value, line total, line amount, revenue, refund amount, refunded amount, 金额, 订单金额, "
    "实付金额, 实付, 实收, 实收金额, 支付金额, 付款金额, 应付金额, 总金额, 总价, 合计, 消费金额, "
    "销售金额, 销售额, 成交金额, 小计, 行金额, 退款金额, 实退金额, 退货金额",
    "sku": "sku, stock code, product id, product code, item code, item no, item id, barcode, upc, ean, "
    "商品编码, 商品编号, 商品ID, 商品代码, 货号, 条码, 商品条码, 规格编码",
    "product": "product, product name, description, item, item name, title, 商品, 商品名称, 商品名, "
    "品名, 产品, 产品名称, 宝贝标题",
    "category": "category, product category, department, 类目, 分类, 商品分类, 品类, 商品类目, 商品类别",
    "quantity": "quantity, qty, units, count, 数量, 件数, 购买数量, 商品数量, 销售数量, 订购数量",
    "unit_price": "unit price, price, item price, 单价, 价格, 商品单价, 成交单价, 售价, 销售单价",
    "line_kind": "line kind, line type, item type, 行类型, 商品类型, 明细类型",
    "status": "status, order status, state, payment status, 状态, 订单状态, 支付状态, 交易状态",
    "channel": "channel, sales channel, order channel, source channel, 渠道, 订单渠道, 销售渠道, 来源渠道, 下单渠道",
    "store": "store, store id, store code, store no, shop, shop id, branch, location, outlet, 门店, "
    "门店编号, 门店编码, 门店名称, 门市, 门市编号, 门市名称, 店铺, 店铺编号, 店铺名称, 分店, 网点",
    "phone": "phone, mobile, phone number, mobile number, telephone, tel, cell, 手机, 手机号, 手机号码, "
    "行动电话, 电话, 联系电话, 联系手机, 会员手机号, 收货人手机号",
    "account": "account, buyer account, 买家会员名, 下单帐号, 下单账号, 买家账号, 买家帐号, 会员账号, 平台账号",
    "currency": "currency, currency code, 币种, 货币, 币别, 币种代码, 货币代码, 结算币种",
    "email": "email, e mail, email address, mail, 邮箱, 电子邮箱, 电子邮件, 邮件, 电子信箱",
    "name": "name, member name, customer name, buyer name, full name, 姓名, 会员姓名, 会员名称, "
    "顾客姓名, 客户姓名, 客户名称, 买家姓名",
}

_MEMBER_SYNONYMS = {name: words for name, words in _SYNONYMS.items() if name in MEMBER_FIELDS} | {
    "member_no": _SYNONYMS["member_no"] + ", membership no, membership number, 会员代码, 会员编码, 会员卡编号",
    "name": _SYNONYMS["name"] + ", contact name, 联系人, 联系人姓名, 真实姓名, 名称",
    "family_name": "last name, surname, 姓, 姓氏",
    "given_name": "first name, 名, 名字",
    "phone": _SYNONYMS["phone"]
    + ", telephone number, contact phone, 联系方式, 联系号码, 移动电话, 电话号码, 固定电话, 固话, 座机",
    "phone2": "second phone, other phone, home phone, 备用手机, 备用电话, 其他电话, 家庭电话",
    "phone3": "third phone",
    "phone4": "fourth phone",
    "email": _SYNONYMS["email"] + ", 电子邮箱地址, 邮箱地址",
    "email2": "second email, secondary email, other email, 备用邮箱, 其他邮箱",
    "card": "card number, card no, loyalty card, 实体卡号, 副卡号, 磁卡号",
    "gender": "sex, 性别, 会员性别",
    "birthday": "birth date, date of birth, birthdate, dob, 生日, 出生日期, 出生年月日, 会员生日, 阳历生日",
    "city": "town, location city, 城市, 所在城市, 地区, 所在地区, 所在地, 市",
    "store": "home store, " + _SYNONYMS["store"] + ", 所属门店, 开卡门店, 注册门店, 归属门店, 开卡店铺, 常去门店",
    "joined_on": "registered at, registration date, registration time, join date, joined, joined at, member since, "
    "signup date, sign up date, created at, created time, date created, customer since, 注册时间, 注册日期, 入会日期, "
    "入会时间, 开卡日期, 开卡时间, 办卡日期, 办卡时间, 加入时间, 成为会员时间, 创建时间, 创建日期, 建档日期, 建档时间",
}

_NOISE = re.compile(r"[\s_\-./:：()\[\]（）【】*#'\"]+")
_UNIT = re.compile(r"[(（\[](?:元|rmb|cny|¥|￥|件|个)[)）\]]", re.IGNORECASE)
# The traditional characters of the words above, so that 訂單號 is 订单号.
_SIMPLIFIED = str.maketrans(
    "訂單號編銷帳賬戶會員顧間時創購買費貨額總價實應計碼條規產稱寶標題類數態來門鋪舖網點機電話聯繫郵狀別細臺貝開備陽歸屬冊區辦檔體動幣種發據結",
    "订单号编销账账户会员顾间时创购买费货额总价实应计码条规产称宝标题类数态来门铺铺网点机电话联系邮状别细台贝开备阳归属册区办档体动币种发据结",
)


def key(header: str) -> str:
    """How headers are compared: no case, spaces, signs, full-width or traditional forms, or a unit in brackets."""
    plain = unicodedata.normalize("NFKC", header).casefold().replace("\ufeff", "").translate(_SIMPLIFIED)
    return _NOISE.sub("", _UNIT.sub("", plain))


def _by_key(synonyms: dict[str, str]) -> dict[str, str]:
    return {key(word): field for field, words in synonyms.items() for word in (field, *words.split(","))}


FIELD_BY_KEY = _by_key(_SYNONYMS)
MEMBER_FIELD_BY_KEY = _by_key(_MEMBER_SYNONYMS)
