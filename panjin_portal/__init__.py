"""Composition of the portal: settings, addresses, the queue and the landing page."""

from panjin_portal.celery import app as celery_app

__all__ = ["celery_app"]
