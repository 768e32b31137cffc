from members.tests.views.conftest import shop

__all__ = ["shop"]
