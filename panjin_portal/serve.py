"""``python -m panjin_portal.serve``: the whole portal as one process group, stopped by Ctrl-C.

Web server, Celery worker and beat are started as children, watched, and stopped together. ``--demo`` first brings the
database up to date and fills it with demo data if nobody is in it yet. Nothing here is for production: compose runs
each part in a container of its own.
"""

import argparse
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO

GRACE_SECONDS = 15.0  # a letter that is being rendered may finish; after this the child is killed
START_SECONDS = 40.0


class Stopped(Exception):
    """Someone asked for the end."""


@dataclass(frozen=True)
class Part:
    """One child: its Chinese name for messages and its command line."""

    name: str
    command: tuple[str, ...]


def parts(port: int) -> tuple[Part, ...]:
    """The web server on the loopback interface, the worker, and beat.

    Beat is not embedded in the worker (``-B``): that forks a process nobody watches and a Ctrl-C in the first second
    may leave behind.
    """
    web = ["gunicorn", "panjin_portal.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2"]
    web += ["--config", "python:panjin_portal.gunicorn_conf", "--no-control-socket"]
    web += ["--log-level", "warning", "--graceful-timeout", "10"]
    celery = ["celery", "--quiet", "-A", "panjin_portal"]
    worker = [*celery, "worker", "-P", "threads", "-c", "2", "--loglevel", "WARNING"]
    worker += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    beat = [*celery, "beat", "--pidfile", "", "--loglevel", "WARNING"]
    quiet = ["-W", "ignore:You're running the worker with superuser"]  # own files on the loopback interface only
    return (
        Part("网站", (sys.executable, "-m", *web)),
        Part("后台任务", (sys.executable, *quiet, "-m", *worker)),
        Part("定时器", (sys.executable, "-m", *beat)),
    )


def port_is_free(port: int) -> bool:
    """Whether the loopback interface can be bound at ``port`` now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def only_one(var_dir: Path) -> IO[str] | None:
    """An open lock on ``var/``, or None when another portal holds it: two beats would scan everything twice."""
    var_dir.mkdir(parents=True, exist_ok=True)
    handle = (var_dir / "serve.lock").open("w", encoding="ascii")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        handle.close()
        return None
    return handle


@dataclass
class Group:
    """The running children."""

    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, wanted: Iterable[Part]) -> None:
        """Start each part; it stays in this process group, so that the terminal's Ctrl-C reaches all."""
        for part in wanted:
            self.running[part.name] = subprocess.Popen(part.command, stdin=subprocess.DEVNULL)

    def dead(self) -> tuple[str, int] | None:
        """Name and exit status of a part that ended by itself."""
        for name, child in self.running.items():
            status = child.poll()
            if status is not None:
                return name, status
        return None

    def wait(self, seconds: float) -> bool:
        """Whether all have ended within ``seconds``."""
        end = time.monotonic() + seconds
        for child in self.running.values():
            try:
                child.wait(max(0.0, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                return False
        return True

    def stop(self) -> None:
        """End all parts: politely, then after ``GRACE_SECONDS`` by force.

        After a Ctrl-C the Celery parts have had the terminal's signal already; SIGTERM asks for the same once more.
        """
        self._send(signal.SIGTERM)
        if not self.wait(GRACE_SECONDS):
            self._send(signal.SIGKILL)
            self.wait(5)

    def _send(self, number: signal.Signals) -> None:
        for child in self.running.values():
            if child.poll() is None:
                child.send_signal(number)


def say(line: str) -> None:
    """One line for the person at the terminal, at once."""
    print(f"· {line}", flush=True)


def configuration_faults() -> list[str]:
    """What of the configuration cannot work, one sentence each; nobody should wait for it behind a started portal."""
    import django
    from django.core.checks import run_checks

    django.setup()
    return [str(found.msg) for found in run_checks(tags=["configuration"]) if found.is_serious()]


def prepare_demo() -> None:
    """Migrate; fill an empty database with demo data; print the demo accounts. Data of one's own is left alone."""
    import django
    from django.core.management import CommandError, call_command

    django.setup()
    from django.db import connection

    say("检查数据库结构")
    call_command("migrate", interactive=False, verbosity=0)
    say("检查演示数据（空库时装入，约一分钟）")
    try:
        call_command("load_demo")
    except CommandError as refusal:
        say(f"没有装入演示数据：{refusal}")
    connection.close()


def serve(port: int) -> int:
    """Run all parts until someone stops them (0) or one of them dies (1)."""
    from django.conf import settings

    from panjin_portal.health import web_is_healthy

    group = Group()
    status = 0
    try:
        say("启动网站（gunicorn）、后台任务（Celery worker）和定时器（beat）")
        group.start(parts(port))
        announced, late = False, time.monotonic() + START_SECONDS
        while (death := group.dead()) is None:
            if not announced and web_is_healthy(port, settings.ALLOWED_HOSTS[0]):
                announced = True
                say(f"请打开 http://127.0.0.1:{port}/  （按 Ctrl-C 停止）")
            elif not announced and time.monotonic() > late:
                announced = True
                say("网站启动较慢，请看上面的提示；仍在等待")
            time.sleep(0.5)
        say(f"{death[0]}意外退出（状态 {death[1]}），其余部分一并停止")
        status = 1
    except Stopped:
        say("正在停止")
    ignore_signals()
    group.stop()
    say("已全部停止，数据保存在 " + str(settings.VAR_DIR))
    return status


def _asked_to_stop(number: int, frame: FrameType | None) -> None:
    raise Stopped


def ignore_signals() -> None:
    """A second Ctrl-C while stopping changes nothing."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def main(arguments: list[str] | None = None) -> int:
    """Exit status: 0 stopped on request, 1 cannot start or a part died."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "panjin_portal.settings")
    parser = argparse.ArgumentParser(prog="python -m panjin_portal.serve", description="启动门户的全部组成部分。")
    parser.add_argument("--demo", action="store_true", help="先建库；库为空时装入演示数据")
    options = parser.parse_args(arguments)
    from django.conf import settings

    port: int = settings.PORT
    lock = only_one(settings.VAR_DIR)
    if lock is None:
        print(f"门户已在运行（{settings.VAR_DIR}）：请先到那个终端按 Ctrl-C。", file=sys.stderr)
        return 1
    with lock:
        if not port_is_free(port):
            print(f"端口 {port} 已被占用：请停掉占用它的程序，或换一个：PORT=8001 make demo", file=sys.stderr)
            return 1
        if faults := configuration_faults():
            print("\n".join(f"配置错误：{fault}" for fault in faults), file=sys.stderr)
            return 1
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _asked_to_stop)
        try:
            if options.demo:
                prepare_demo()
            return serve(port)
        except Stopped:
            say("已停止")
            return 0


if __name__ == "__main__":
    sys.exit(main())
