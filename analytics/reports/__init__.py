"""All reports. Importing this package registers them, in the order in which readers meet them."""

from analytics.reports import (  # isort: skip
    kpi,
    kpi_change,
    retention,
    repeat_purchase,
    churn,
    comparison,
    retention_gap,
)

__all__ = ["churn", "comparison", "kpi", "kpi_change", "repeat_purchase", "retention", "retention_gap"]
