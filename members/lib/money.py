"""Exact amounts: integers of ten-thousandths in the database, Decimal in Python.

SQLite keeps Django's DecimalField as a float, so sums drift; these fields do not. They are plain
`models.Field`s over a BIGINT and not subclasses of BigIntegerField, because Avg, F() * F() and REST fields
would then treat the raw integer as the amount without a word.
"""

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core import exceptions
from django.db import models
from django.db.models.expressions import Combinable, register_combinable_fields
from django.utils.translation import gettext_lazy as _

SCALE = 10_000
LIMIT = 2**63 - 1


def to_units(amount: Decimal | int | str) -> int:
    """Amount -> integer ten-thousandths. ValueError when it has more than four decimals or does not fit 64 bits."""
    try:
        units = Decimal(amount) * SCALE
        exact = units == units.to_integral_value()
    except InvalidOperation as error:
        raise ValueError(f"not an amount: {amount!r}") from error
    if not exact or abs(units) > LIMIT:
        raise ValueError(f"not an amount of at most four decimals: {amount!r}")
    return int(units)


def from_units(units: int) -> Decimal:
    """Integer ten-thousandths -> Decimal with four decimals."""
    return Decimal(units).scaleb(-4)


def plain(units: int, decimals: int = 2) -> str:
    """Ten-thousandths as plain digits: at least `decimals` decimals, more only where they are not zero."""
    sign, units = ("-", -units) if units < 0 else ("", units)
    text = f"{units // SCALE}.{units % SCALE:04d}"
    keep = len(text) - 4 + decimals
    text = text[:keep] + text[keep:].rstrip("0")
    return sign + text.rstrip(".")


class FixedField(models.Field):  # type: ignore[type-arg]  # its arguments exist in the stubs only
    """A Decimal of four places, stored as a BIGINT of ten-thousandths."""

    description = _("Exact decimal number with four places")
    default_error_messages = {"invalid": _("“%(value)s” is not a number with at most four decimals.")}

    def get_internal_type(self) -> str:
        return "BigIntegerField"

    def db_check(self, connection: Any) -> str | None:
        """SQLite would store a float without complaint; PostgreSQL's BIGINT cannot."""
        if connection.vendor != "sqlite":
            return None
        return f"typeof(\"{self.column}\") in ('integer', 'null')"

    def from_db_value(self, value: int | None, expression: Any, connection: Any) -> Decimal | None:
        # AVG comes back as float or numeric: it is a statistic, rounded to the unit we can show.
        return None if value is None else from_units(round(value))

    def to_python(self, value: Any) -> Decimal | None:
        if value is None or value == "":
            return None
        try:
            return from_units(to_units(value))
        except (ValueError, TypeError) as error:
            message = self.error_messages["invalid"]
            raise exceptions.ValidationError(message, code="invalid", params={"value": value}) from error

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        if value is None or hasattr(value, "resolve_expression"):
            return value
        if isinstance(value, float):
            raise TypeError("exact amounts never come from floats")
        return to_units(value)

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.value_from_object(obj))

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        defaults: dict[str, Any] = {"form_class": forms.DecimalField, "max_digits": 19, "decimal_places": 4}
        return super().formfield(**{**defaults, **kwargs})


class MoneyField(FixedField):
    """An amount of the merchant's currency."""

    description = _("Amount of money")


class QuantityField(FixedField):
    """How much of a product: pieces, or weight with up to four decimals."""

    description = _("Quantity")


for _field in (MoneyField, QuantityField):
    register_combinable_fields(_field, Combinable.ADD, _field, _field)
    register_combinable_fields(_field, Combinable.SUB, _field, _field)
    register_combinable_fields(_field, Combinable.MUL, models.IntegerField, _field)
    register_combinable_fields(models.IntegerField, Combinable.MUL, _field, _field)


def money(amount: Decimal | int | str) -> models.Value:
    """An amount as an expression: `F("total") + money("1.50")`; a bare Decimal would add ten-thousandths."""
    return models.Value(Decimal(amount), output_field=MoneyField())
