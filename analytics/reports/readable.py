"""How the exact values of a report are shown to a reader: rounded, with their units, codes by their names."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from analytics.reports import wording
from analytics.reports.columns import Column, Kind
from analytics.reports.page_query import PageQuery
from members.lib import display
from members.queries import merchants


def heading(column: Column) -> str:
    """The heading of a column, with the unit its cells leave out."""
    if column.kind is Kind.POINTS:
        return _("%(heading)s (points)") % {"heading": column.heading}
    return str(column.heading)


class Readable:
    """The words for the cells of some columns, looked up once."""

    def __init__(self, columns: Sequence[Column], page: PageQuery) -> None:
        self.currency = merchants.current().currency
        asked = {column.words: column.words() for column in columns if column.words}  # two may share one: asked once
        self.words = {column.key: asked[column.words] for column in columns if column.words}
        self.words["store"] = {store.code: store.name for store in page.stores}
        self.words["channel"] = {channel.code: channel.name for channel in page.channels} | {"": _("All channels")}

    def cell(self, exact: str, column: Column, kind: Kind) -> str:
        if kind is Kind.LABEL:
            return wording.span(self.words.get(column.key, {}).get(exact, exact))
        if exact == "":
            return display.NONE
        if kind is Kind.FLAG:
            return _("yes") if exact == "true" else _("no")
        return self._figure(Decimal(exact), kind)

    def _figure(self, exact: Decimal, kind: Kind) -> str:
        if kind is Kind.COUNT:
            return display.number(exact)
        if kind is Kind.MEAN:
            return display.number(exact, 2)
        if kind is Kind.POINTS:
            return wording.signed_points(exact)
        if kind is Kind.CHANGE:
            return wording.signed_percent(exact)
        if kind is not Kind.RATE:
            return display.money(exact, self.currency, 2)
        return display.percent(exact)
