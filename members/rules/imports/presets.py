"""What is known about the export of one till or shop system."""

from collections.abc import Collection
from dataclasses import dataclass, field

from members.rules.imports.fields import key

Names = str | tuple[str, ...]  # a header, or several of which an export has one


@dataclass(frozen=True, slots=True)
class Preset:
    """`columns` maps fields to headers. A naive time is read in `zone`, stores it creates lie in `store_zone`.

    A file is the preset's when it has all `marks`, or all columns where there are none. `whole`: how the rows of a
    shop system become orders (`shop_orders.BUILDERS`). `refund_prefix`: order numbers that are refunds naming no
    order. `rejected_prefixes`: order number prefix -> code of the reason why such rows are no sales.
    """

    name: str
    kind: str
    columns: dict[str, Names]
    zone: str = ""
    store_zone: str = ""
    marks: tuple[Names, ...] = ()
    whole: str = ""
    guest_account: str = ""  # what stands for the account of a buyer without one
    store: str = ""  # code of the one store, when no column names it
    store_name: str = ""
    channel: str = ""
    refund_prefix: str = ""
    rejected_prefixes: dict[str, str] = field(default_factory=dict)
    dusty_amounts: bool = False  # amounts went through floating point: 1.776357e-15 is a zero

    def fits(self, header: list[str]) -> bool:
        """Whether every mark of the preset is there."""
        keys = {key(cell) for cell in header}
        return all(_among(keys, names) for names in self.marks or self.columns.values())

    def places(self, header: list[str]) -> dict[str, int]:
        """Field -> position, for those of its columns that are there; of two of one name, the first."""
        places = {key(cell): position for position, cell in reversed(list(enumerate(header)))}
        found = {name: _among(places.keys(), names) for name, names in self.columns.items()}
        return {name: places[column] for name, column in found.items() if column}


def _among(keys: Collection[str], names: Names) -> str:
    """The first of the names that is among the keys, as a key; "" when none is."""
    each = (names,) if isinstance(names, str) else names
    return next((key(name) for name in each if key(name) in keys), "")


ONLINE_RETAIL = Preset(
    name="online_retail",
    kind="lines",
    columns={
        "order_no": "InvoiceNo",
        "sku": "StockCode",
        "product": "Description",
        "quantity": "Quantity",
        "ordered_at": "InvoiceDate",
        "unit_price": "UnitPrice",
        "member_no": "CustomerID",
    },
    zone="Europe/London",
    store_zone="Europe/London",
    store="online_retail",
    store_name="Online Retail",
    channel="online",
    refund_prefix="C",
    rejected_prefixes={"A": "bad_debt"},
)

COMPLETE_JOURNEY = Preset(
    name="complete_journey",
    kind="lines",
    columns={
        "order_no": "basket_id",
        "sku": "product_id",
        "quantity": "quantity",
        "amount": "sales_value",
        "ordered_at": "transaction_timestamp",
        "member_no": "household_id",
        "store": "store_id",
    },
    zone="UTC",
    store_zone="America/New_York",
    channel="shop",
    dusty_amounts=True,
)

SHOPIFY = Preset(
    name="shopify",
    kind="lines",
    columns={
        "order_no": "Name",
        "ordered_at": "Created at",
        "status": "Financial Status",
        "email": "Email",
        "phone": "Phone",
        "name": "Billing Name",
        "sku": "Lineitem sku",
        "product": "Lineitem name",
        "quantity": "Lineitem quantity",
        "unit_price": "Lineitem price",
        "total": "Total",
        "shipping": "Shipping",
        "tax": "Taxes",
        "fees": "Duties",
        "discount": "Discount Amount",
        "line_discount": "Lineitem discount",
        "refunded": "Refunded Amount",
        "closed_at": ("Cancelled at", "Canceled at"),
        "currency": "Currency",
    },
    marks=("Name", "Financial Status", "Created at", "Total", "Lineitem name", "Lineitem price", "Lineitem quantity"),
    channel="shopify",
    whole="several_rows",
)

WOOCOMMERCE = Preset(
    name="woocommerce",
    kind="lines",
    columns={
        "order_no": "order_id",
        "ordered_at": ("order_date", "date"),
        "status": ("status", "order_status"),
        "account": ("customer_user", "customer_id"),
        "email": "billing_email",
        "phone": "billing_phone",
        "name": "billing_full_name",
        "total": "order_total",
        "shipping": ("shipping_total", "order_shipping"),
        "tax": ("tax_total", "order_tax"),
        "fees": ("fee_total", "order_fees"),
        "refunded": "refunded_total",
        "currency": "order_currency",
    },
    marks=(
        "order_id",
        ("order_date", "date"),
        "order_total",
        "billing_email",
        ("customer_user", "customer_id"),
        ("order_shipping", "shipping_total"),
    ),
    channel="woocommerce",
    whole="one_row",
    guest_account="0",
)

YOUZAN = Preset(
    name="youzan",
    kind="orders",
    columns={
        "order_no": "订单号",
        "ordered_at": ("订单创建时间", "买家付款时间"),
        "amount": "订单实付金额",
        "status": "订单状态",
        "phone": ("买家手机号", "收货人手机号/提货人手机号", "收货人手机号"),
        "store": "归属店铺",
        "refunded": "订单已退款金额",
    },
    zone="Asia/Shanghai",
    store_zone="Asia/Shanghai",
    marks=("订单号", "买家付款时间", "订单实付金额", ("收货人手机号/提货人手机号", "收货人手机号", "买家手机号")),
    channel="youzan",
    whole="total_only",
)

TAOBAO = Preset(
    name="taobao",
    kind="orders",
    columns={
        "order_no": "订单编号",
        "ordered_at": "订单创建时间",
        "amount": ("买家实际支付金额", "买家实付金额"),
        "status": "订单状态",
        "account": "买家会员名",
        "phone": "买家手机号",
        "name": "买家姓名",
    },
    zone="Asia/Shanghai",
    store_zone="Asia/Shanghai",
    marks=("订单编号", ("买家实际支付金额", "买家实付金额"), "订单状态", "订单创建时间", "买家应付邮费"),
    channel="taobao",
)

JD = Preset(
    name="jd",
    kind="lines",
    columns={
        "order_no": "订单号",
        "ordered_at": "下单时间",
        "status": "订单状态",
        "account": ("下单帐号", "下单账号"),
        "sku": "商品ID",
        "product": "商品名称",
        "quantity": "订购数量",
        "unit_price": "京东价",
        "total": "应付金额",
        "balance": "余额支付",
        "shipping": "运费金额",
    },
    zone="Asia/Shanghai",
    store_zone="Asia/Shanghai",
    marks=("订单号", "商品ID", "订购数量", "京东价", "应付金额", ("下单帐号", "下单账号")),
    channel="jd",
    whole="repeated_rows",
)

PRESETS = {
    preset.name: preset for preset in (ONLINE_RETAIL, COMPLETE_JOURNEY, SHOPIFY, WOOCOMMERCE, YOUZAN, TAOBAO, JD)
}
