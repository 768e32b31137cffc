"""All reports. Importing this package registers them."""

from analytics.reports import kpi, repeat_purchase, retention

__all__ = ["kpi", "repeat_purchase", "retention"]
