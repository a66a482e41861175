"""The portal's settings for a test run: everything it writes goes to a folder that is thrown away.

One folder for each run, inside it one for each test process, so that several runs on one machine never meet: not in
a file, not in a test database, not in the cache.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

if "PORTAL_TEST_ROOT" not in os.environ:  # the first process of the run; its children inherit the variable
    os.environ["PORTAL_TEST_ROOT"] = tempfile.mkdtemp(prefix="portal-test-")
    atexit.register(shutil.rmtree, os.environ["PORTAL_TEST_ROOT"], ignore_errors=True)
_root = Path(os.environ["PORTAL_TEST_ROOT"])
_process = os.environ.get("PYTEST_XDIST_WORKER", "main")
os.environ["VAR_DIR"] = str(_root / _process)

from panjin_portal.environment import next_redis_database  # noqa: E402
from panjin_portal.settings import *  # noqa: E402, F403
from panjin_portal.settings import CACHES, DATABASES, REDIS_URL, VAR_DIR  # noqa: E402

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, not memory: threads and other processes must be able to open it, as they do in earnest.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
else:
    DATABASES["default"]["TEST"] = {"NAME": "test_" + _root.name.replace("-", "_").lower()}
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    # A test database need not outlive a power cut.
    DATABASES["default"]["OPTIONS"]["options"] += " -c synchronous_commit=off"
CACHES["default"]["KEY_PREFIX"] = f"{_root.name}-{_process}"
if REDIS_URL:
    # Emptying a cache empties its whole database, whatever the prefix: each process has one of its own.
    for _ in range(int("0" + _process.removeprefix("gw").removeprefix("main"))):
        CACHES["default"]["LOCATION"] = next_redis_database(CACHES["default"]["LOCATION"])

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast; nothing here is a secret
AXES_ENABLED = False  # the lock-out test turns it on; Client.login() gives axes no request
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
