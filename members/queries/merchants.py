from members.models import Merchant
from members.rules.imports.phones import REGIONS


def current() -> Merchant:
    """The merchant; before any setting is made, one with the defaults (not saved)."""
    return Merchant.objects.filter(pk=1).first() or Merchant(pk=1, name="")


def region() -> str:
    """Whose phones are written without a country code; "" where that cannot be told."""
    return REGIONS.get(current().currency, "")


def is_set_up() -> bool:
    """Whether somebody (or the demo) has named the merchant."""
    return Merchant.objects.filter(pk=1).exists()
