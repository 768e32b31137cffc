"""What is known about the export of one till or shop system."""

from dataclasses import dataclass, field

from members.rules.imports.fields import key


@dataclass(frozen=True, slots=True)
class Preset:
    """`columns` maps fields to headers. A naive time is read in `zone`, stores it creates lie in `store_zone`.

    `refund_prefix`: order numbers that are refunds naming no order. `rejected_prefixes`: order number prefix ->
    code of the reason why such rows are no sales.
    """

    name: str
    kind: str
    columns: dict[str, str]
    zone: str
    store_zone: str
    store: str = ""  # code of the one store, when no column names it
    store_name: str = ""
    channel: str = ""
    refund_prefix: str = ""
    rejected_prefixes: dict[str, str] = field(default_factory=dict)
    dusty_amounts: bool = False  # amounts went through floating point: 1.776357e-15 is a zero

    def fits(self, header: list[str]) -> bool:
        """Whether every column of the preset is there."""
        keys = {key(cell) for cell in header}
        return all(key(column) in keys for column in self.columns.values())


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

PRESETS = {preset.name: preset for preset in (ONLINE_RETAIL, COMPLETE_JOURNEY)}
