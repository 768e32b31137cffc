from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "loyalty_site"
