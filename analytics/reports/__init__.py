"""All reports. Importing this package registers them, in the order in which readers meet them."""

from analytics.reports import kpi, retention, repeat_purchase, churn, comparison  # isort: skip

__all__ = ["churn", "comparison", "kpi", "repeat_purchase", "retention"]
