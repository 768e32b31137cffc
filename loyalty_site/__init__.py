"""The Celery application is made with the project, so that every process publishes to the same broker."""

from loyalty_site.celery import app as celery_app

__all__ = ["celery_app"]
