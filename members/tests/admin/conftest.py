from members.tests.views.conftest import clients, shop

__all__ = ["clients", "shop"]
