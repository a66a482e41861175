"""WSGI entry point: ``gunicorn panjin_portal.wsgi``."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "panjin_portal.settings")

application = get_wsgi_application()
