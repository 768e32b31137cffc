"""Django admin: settings and staff are kept here; facts, imports, jobs and the audit are only read."""

from members.admin import orders, people, places, products, staff, work

__all__ = ["orders", "people", "places", "products", "staff", "work"]
