"""The items of an order that an export puts into one cell."""

import re

from members.rules.imports.amounts import quantity
from members.rules.imports.problems import BadValue

_OLD = re.compile(r"product_id:(\d+)\|([\d.]+)\|(-?[\d.]+)(?:\|.*)?", re.ASCII | re.DOTALL)
_PAIR = re.compile(r"([a-z_]+):(.*)", re.DOTALL)

Item = tuple[str, str, int, int]  # SKU, name, quantity and amount in ten-thousandths


def read(cells: list[str]) -> list[Item] | None:
    """`product_id:4959|1|30|size: M`, one a cell, or `name:Tea|sku:T1|quantity:1|total:24.00`, several with ; between.

    None when one of them is written in another way: then nothing is taken of any.
    """
    texts = [text.strip() for cell in cells for text in cell.split(";") if text.strip()]
    items = [_item(text) for text in texts]
    return None if None in items else [item for item in items if item is not None]


def _item(text: str) -> Item | None:
    try:
        if old := _OLD.fullmatch(text):
            return old[1], "", quantity(old[2])[0], quantity(old[3])[0]
        pairs = [_PAIR.fullmatch(part.strip()) for part in text.split("|")]
        said = {pair[1]: pair[2].strip() for pair in pairs if pair is not None}
        name, sku = said.get("name", ""), said.get("sku", "") or said.get("product_id", "")
        if not (name or sku) or len(said) != len(pairs):
            return None
        return (sku or name)[:80], name[:200], quantity(said["quantity"])[0], quantity(said["total"])[0]
    except (BadValue, KeyError):
        return None
