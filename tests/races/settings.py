"""The portal's settings for a second process on a test database: as in earnest, but with the tests' fast passwords.

``RACES_EAGER=1``: tasks run in the process that sends them, and a quick stand-in typesets.
"""

import os

from panjin_portal.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGGING_CONFIG = None
if os.environ.get("RACES_EAGER"):
    CELERY_TASK_ALWAYS_EAGER = True
