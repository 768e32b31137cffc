"""The two public sales files read straight into raw facts, and the answers to them.

A loader of its own (plain SQL over the CSV), so that the metrics are proved without the import, the database
and the warehouse in between.
"""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from analytics.facts import schema
from analytics.facts.derive import RawFacts
from analytics.tests.engines import day

DATA = Path(__file__).parents[2] / "tests_data"

_PERIODS = """
    day::integer AS day,
    floor((day + 3) / 7)::integer AS week,
    (year(date) * 12 + month(date) - 1)::integer AS month
"""

_ONLINE_RETAIL = """
    SELECT
        InvoiceNo AS number,
        any_value(CustomerID) AS member_id,
        1 AS store_id,
        min(InvoiceDate)::date AS date,
        hour(min(InvoiceDate)) AS hour,
        sum(Quantity * (UnitPrice * 10000)::bigint)::bigint AS money
    FROM read_csv('{file}', types={{'InvoiceNo': 'VARCHAR', 'UnitPrice': 'DECIMAL(18,4)',
                                   'CustomerID': 'BIGINT', 'InvoiceDate': 'TIMESTAMP'}})
    WHERE InvoiceNo NOT LIKE 'A%'
    GROUP BY InvoiceNo
"""

_COMPLETE_JOURNEY = """
    SELECT
        basket_id::varchar AS number,
        any_value(household_id) AS member_id,
        any_value(store_id) AS store_id,
        min(transaction_timestamp AT TIME ZONE 'UTC' AT TIME ZONE '{zone}')::date AS date,
        hour(min(transaction_timestamp AT TIME ZONE 'UTC' AT TIME ZONE '{zone}')) AS hour,
        sum((sales_value * 10000)::bigint)::bigint AS money
    FROM read_csv('{file}', types={{'sales_value': 'DECIMAL(18,4)', 'transaction_timestamp': 'TIMESTAMP'}})
    GROUP BY basket_id
"""


@dataclass(frozen=True)
class GoldenSet:
    """A sales file, the last day it covers and how many ten-thousandths its golden minor unit is worth."""

    name: str
    documents: str
    last_day: int
    minor: int

    def raw_facts(self, backend: Any) -> RawFacts:
        """Load the file; documents numbered C… are cancellations, that is refunds which name no order."""
        backend.raw_sql(f"CREATE OR REPLACE TABLE documents AS {self.documents}")
        return RawFacts(
            orders=_table(backend, "orders", _ORDERS),
            refunds=_table(backend, "refunds", _REFUNDS),
            lines=backend.create_table("lines", schema=schema.LINES, overwrite=True),
            exclusions=backend.create_table("exclusions", schema=schema.EXCLUSIONS, overwrite=True),
            merges=backend.create_table("merges", schema=schema.MERGES, overwrite=True),
        )

    def answer(self, table: str) -> pd.DataFrame:
        """A golden table as text, so that no parser stands between the file and the comparison."""
        return pd.read_csv(DATA / "golden" / self.name / f"{table}.csv", dtype=str)

    def money(self, minor: str) -> Decimal:
        """A golden amount of minor units in ten-thousandths."""
        return Decimal(minor) * self.minor


_ORDERS = f"""
    SELECT row_number() OVER (ORDER BY number) AS order_id, member_id, store_id::bigint AS store_id,
        1::bigint AS channel_id, {_PERIODS}, hour::integer AS hour, row_number() OVER (ORDER BY number) AS rank,
        money AS total, money AS gross,
        0::bigint AS recorded_at, NULL::bigint AS voided_at
    FROM (SELECT *, date - DATE '1970-01-01' AS day FROM documents WHERE number NOT LIKE 'C%')
"""

_REFUNDS = f"""
    SELECT row_number() OVER (ORDER BY number) AS refund_id, NULL::bigint AS order_id, member_id,
        store_id::bigint AS store_id, 1::bigint AS channel_id, {_PERIODS}, abs(money) AS amount,
        0::bigint AS recorded_at, NULL::bigint AS voided_at
    FROM (SELECT *, date - DATE '1970-01-01' AS day FROM documents WHERE number LIKE 'C%')
"""


def _table(backend: Any, name: str, sql: str) -> Any:
    backend.raw_sql(f"CREATE OR REPLACE TABLE {name} AS {sql}")
    return backend.table(name)


ONLINE_RETAIL = GoldenSet(
    name="online_retail",
    documents=_ONLINE_RETAIL.format(file=DATA / "online_retail.csv.gz"),
    last_day=day("2011-12-09"),
    minor=10,
)

COMPLETE_JOURNEY = GoldenSet(
    name="complete_journey",
    documents=_COMPLETE_JOURNEY.format(file=DATA / "complete_journey_transactions.csv.gz", zone="America/New_York"),
    last_day=day("2017-12-31"),
    minor=100,
)

COMPLETE_JOURNEY_WITHOUT_ZONE = GoldenSet(
    name="complete_journey",
    documents=_COMPLETE_JOURNEY.format(file=DATA / "complete_journey_transactions.csv.gz", zone="UTC"),
    last_day=day("2018-01-01"),
    minor=100,
)
