"""All reports. Importing this package registers them, in the order in which readers meet them."""

from analytics.reports import (  # isort: skip
    kpi,
    retention,
    repeat_purchase,
    churn,
    comparison,
    retention_gap,
    rfm,
    rfm_members,
    value_deciles,
)

__all__ = [
    "churn",
    "comparison",
    "kpi",
    "repeat_purchase",
    "retention",
    "retention_gap",
    "rfm",
    "rfm_members",
    "value_deciles",
]
