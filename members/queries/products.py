"""Products by their code (SKU). They are the merchant's, not of a store: whoever reads figures may read their names."""

from collections.abc import Iterable

from members.lib.id_set import id_set
from members.models import Product


def codes(ids: Iterable[int]) -> dict[int, str]:
    """The code of each of these products."""
    return dict(Product.objects.filter(pk__in=id_set(ids)).values_list("id", "sku"))


def ids(skus: Iterable[str]) -> dict[str, int]:
    """The products with these codes; a code that none has is left out."""
    return dict(Product.objects.filter(sku__in=list(skus)).values_list("sku", "id"))


def names(skus: Iterable[str] | None = None) -> dict[str, str]:
    """The name of every product that has one, or of those with these codes, by its code."""
    found = Product.objects.exclude(name="")
    if skus is not None:
        found = found.filter(sku__in=list(skus))
    return dict(found.values_list("sku", "name"))
