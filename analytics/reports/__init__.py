"""All reports. Importing this package registers them, in the order in which readers meet them."""

from analytics.reports import (  # isort: skip
    kpi,
    kpi_change,
    retention,
    repeat_purchase,
    second_purchase,
    repurchase_interval,
    lapsed,
    churn,
    comparison,
    retention_gap,
)

__all__ = [
    "churn",
    "comparison",
    "kpi",
    "kpi_change",
    "lapsed",
    "repeat_purchase",
    "repurchase_interval",
    "retention",
    "retention_gap",
    "second_purchase",
]
