from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class SiteConfig(AppConfig):
    name = "loyalty_site"

    def ready(self) -> None:
        # Job handlers are needed wherever a job may end: a page cancels a waiting one.
        # Receivers and panels are how an app hears of the ones below and shows itself on their pages.
        autodiscover_modules("tasks", "receivers", "panels")
