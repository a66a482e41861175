"""Gunicorn under ``panjin_portal.serve``: Ctrl-C is the supervisor's business.

The terminal sends SIGINT to the whole group, and gunicorn would break off a save in the middle of its request. Here
master and workers ignore it; the supervisor's SIGTERM, which follows at once, lets running requests finish.
"""

import signal


def when_ready(server: object) -> None:
    """The master has opened its port: from now on it leaves SIGINT alone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def post_worker_init(worker: object) -> None:
    """A worker has installed gunicorn's own handlers: put this one in their place."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
