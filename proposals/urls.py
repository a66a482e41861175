"""Addresses of ``proposals``."""

from django.urls import URLPattern, URLResolver

from proposals import urls_notices

urlpatterns: list[URLPattern | URLResolver] = [*urls_notices.urlpatterns]
