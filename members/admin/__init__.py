"""Django admin: settings and staff are kept here; facts, imports, jobs and the audit are only read."""

from members.admin import groups, hooks, messages, orders, people, places, products, requests, staff, work

__all__ = ["groups", "hooks", "messages", "orders", "people", "places", "products", "requests", "staff", "work"]
