"""All reports. Importing this package registers them."""

from analytics.reports import comparison, kpi, repeat_purchase, retention

__all__ = ["comparison", "kpi", "repeat_purchase", "retention"]
