from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.core import checks
from django.utils.module_loading import autodiscover_modules

from loyalty_site.checks import every_view_declares_a_right, text_messages_can_be_sent


class SiteConfig(AppConfig):
    name = "loyalty_site"

    def ready(self) -> None:
        checks.register(every_view_declares_a_right, checks.Tags.security)
        checks.register(text_messages_can_be_sent)
        # Job handlers are needed wherever a job may end: a page cancels a waiting one.
        # Receivers and panels are how an app hears of the ones below and shows itself on their pages.
        autodiscover_modules("tasks", "receivers", "panels")


class DeskAdminConfig(AdminConfig):
    """Django admin with the desk's own door."""

    default_site = "loyalty_site.admin_site.DeskAdminSite"
