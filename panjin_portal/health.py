"""Is it alive? The page ``/healthz``, and the commands compose runs inside the containers.

``python -m panjin_portal.health web`` asks the web server of the same container;
``python -m panjin_portal.health beat`` looks whether the schedule file is still being written.
"""

import os
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

BEAT_SILENCE_SECONDS = 10 * 60  # beat writes its schedule file about every three minutes


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 ``ok`` when the database answers, otherwise 503; says nothing else to strangers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError:
        return HttpResponse("database unavailable\n", status=503, content_type="text/plain; charset=utf-8")
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@never_cache
@require_safe
def healthz_queues(request: HttpRequest) -> HttpResponse:
    """200 ``ok`` when the clock and all queues work, otherwise 503 with a line for each part that does not."""
    from panjin_portal.operations import late_parts  # models must be loaded first

    try:
        late = late_parts()
    except DatabaseError:
        late = ["database unavailable"]
    text = "".join(f"{line}\n" for line in late) or "ok\n"
    return HttpResponse(text, status=503 if late else 200, content_type="text/plain; charset=utf-8")


def web_is_healthy(port: int, host: str) -> bool:
    """Ask ``/healthz`` on the loopback interface under the public host name (others are refused)."""
    asked = urllib.request.Request(f"http://127.0.0.1:{port}/healthz", headers={"Host": host})
    try:
        with urllib.request.urlopen(asked, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def beat_is_healthy(schedule: Path, seconds: float) -> bool:
    """Whether any file of the schedule (its suffix depends on the platform) changed within ``seconds``."""
    files = schedule.parent.glob(f"{schedule.name}*")
    return any(time.time() - file.stat().st_mtime < seconds for file in files)


def main(arguments: list[str]) -> int:
    """0 when the part named in ``arguments`` is healthy, otherwise 1."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "panjin_portal.settings")
    from django.conf import settings

    match arguments:
        case ["web"]:
            host = settings.ALLOWED_HOSTS[0].lstrip(".") if settings.ALLOWED_HOSTS else "localhost"
            healthy = web_is_healthy(settings.PORT, "localhost" if host == "*" else host)
        case ["beat"]:
            schedule = Path(settings.CELERY_BEAT_SCHEDULE_FILENAME)
            healthy = beat_is_healthy(schedule, BEAT_SILENCE_SECONDS)
        case _:
            print("usage: python -m panjin_portal.health web|beat", file=sys.stderr)
            return 2
    return 0 if healthy else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
