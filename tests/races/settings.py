"""The portal's settings for a second process on a test database: as in earnest, but with the tests' fast passwords.

``RACES_EAGER=1``: tasks run in the process that sends them, and a quick stand-in typesets.
"""

import os

from panjin_portal.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGGING_CONFIG = None
if os.environ.get("RACES_EAGER"):
    CELERY_TASK_ALWAYS_EAGER = True
if moment := os.environ.get("RACES_MOMENT"):
    # The clock runs on from another day: office hours do not wait for the hour the tests are run at.
    from datetime import datetime
    from time import time

    from panjin_portal.lib import clock

    _begin, _began = datetime.fromisoformat(moment).replace(tzinfo=clock.SHANGHAI), float(os.environ["RACES_BEGAN"])
    clock.now = lambda: (
        clock._told_moment.get() or datetime.fromtimestamp(_begin.timestamp() + time() - _began, clock.SHANGHAI)
    )
if seconds := os.environ.get("RACES_TICK"):
    _scan = ("proposals.tasks.scan_reminders", "proposals.tasks.send_pending_mail")
    CELERY_BEAT_SCHEDULE = {name: {"task": name, "schedule": float(seconds)} for name in _scan}
