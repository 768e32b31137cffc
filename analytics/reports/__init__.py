"""All reports. Importing this package registers them, in the order in which readers meet them."""

from analytics.reports import (  # isort: skip
    kpi,
    kpi_change,
    hour_weekday,
    retention,
    repeat_purchase,
    second_purchase,
    repurchase_interval,
    product_pairs,
    lapsed,
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
    "hour_weekday",
    "kpi",
    "kpi_change",
    "lapsed",
    "product_pairs",
    "repeat_purchase",
    "repurchase_interval",
    "retention",
    "retention_gap",
    "rfm",
    "rfm_members",
    "second_purchase",
    "value_deciles",
]
