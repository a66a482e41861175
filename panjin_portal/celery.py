"""The Celery application; rows in the database are the truth, a task only works on them."""

import os

from celery import Celery

from panjin_portal import filequeue, watching

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "panjin_portal.settings")

filequeue.install()
watching.install()
app = Celery("panjin_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
