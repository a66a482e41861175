"""Servers and disks of a test's own, on free ports and in folders that are thrown away: these may be broken."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from tests.kept_database import lay_kept_tables

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    """Returns when somebody answers there."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < end, f"nobody listens on {port}"
            time.sleep(0.05)
        else:
            return


@contextmanager
def own_redis(port: int) -> Iterator[str]:
    """A Redis server; gives its address. Skips where there is none installed."""
    if not shutil.which("redis-server"):
        pytest.skip("需要 redis-server：apt-get install redis-server")
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    server = subprocess.Popen([*command, "--dir", tempfile.gettempdir()], stdout=subprocess.DEVNULL)
    try:
        wait_for(port)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.kill()
        server.wait(10)


class OwnPostgres:
    """A PostgreSQL server that may be stopped without mercy; ``url`` is its one database."""

    def __init__(self, folder: Path) -> None:
        programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
        if not programs:
            pytest.skip("需要 PostgreSQL 的程序：apt-get install postgresql")
        self.programs, self._data, self._folder = programs[-1], folder / "data", folder
        self._as: list[str] = []
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            shutil.chown(folder, "postgres")
            group = str(pwd.getpwnam("postgres").pw_gid)
            self._as = ["setpriv", "--reuid=postgres", f"--regid={group}", "--clear-groups"]
        self.port = free_port()
        self.url = f"postgres://postgres@127.0.0.1:{self.port}/postgres"
        self._run("initdb", "-D", str(self._data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")

    def start(self) -> None:
        """Returns when it takes connections."""
        options = f"-p {self.port} -k {self._folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        self._run("pg_ctl", "-D", str(self._data), "-w", "-o", options, "-l", str(self._folder / "log"), "start")

    def crash(self) -> None:
        """End it as a power cut would: no transaction is finished, no client told."""
        if (self._data / "postmaster.pid").exists():
            self._run("pg_ctl", "-D", str(self._data), "-w", "-m", "immediate", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [*self._as, str(self.programs / program), *arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=self._folder,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()


@contextmanager
def own_postgres() -> Iterator[OwnPostgres]:
    """A started server in a folder of its own, with the tables of the portal where they are kept."""
    folder = Path(tempfile.mkdtemp(prefix="portal-pg-"))
    try:
        server = OwnPostgres(folder)
        server.start()
        lay_kept_tables(server.programs, server.url)
        try:
            yield server
        finally:
            server.crash()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True)
class SmallDisk:
    """A disk of few megabytes."""

    path: Path

    def fill(self) -> None:
        """Leave no byte free."""
        with (self.path / "filler").open("ab", buffering=0) as filler:
            for size in (65536, 4096):
                try:
                    while True:
                        filler.write(bytes(size))
                except OSError:
                    continue

    def make_room(self) -> None:
        """Somebody has cleaned up."""
        (self.path / "filler").unlink()


@contextmanager
def small_disk(megabytes: int) -> Iterator[SmallDisk]:
    """A real disk that can be full: a tmpfs. Skips where it cannot be mounted."""
    folder = Path(tempfile.mkdtemp(prefix="portal-disk-"))
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    try:
        if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode != 0:
            pytest.skip("需要 root 才能挂载一个会写满的小磁盘")
        try:
            yield SmallDisk(folder)
        finally:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
    finally:
        folder.rmdir()


@dataclass(frozen=True)
class Page:
    """What the web server answered."""

    status: int
    text: str
    location: str = ""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


class Browser:
    """A browser without scripts: cookies, and the token in every form."""

    def __init__(self, port: int) -> None:
        self._home = f"http://127.0.0.1:{port}"
        self._jar = CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._jar), _NoRedirect())

    def log_in(self, name: str, password: str) -> None:
        """By the log-in page."""
        assert self.get("/login/").status == 200
        assert self.post("/login/", {"username": name, "password": password}).status == 302

    def get(self, path: str) -> Page:
        """Look at a page."""
        return self._ask(urllib.request.Request(self._home + path))

    def post(self, path: str, data: Mapping[str, object], *, accept: str = "text/html") -> Page:
        """Send a form."""
        token = next((cookie.value for cookie in self._jar if cookie.name == "csrftoken"), "")
        body = urllib.parse.urlencode({**data, "csrfmiddlewaretoken": token}, doseq=True).encode()
        return self._ask(urllib.request.Request(self._home + path, data=body, headers={"Accept": accept}))

    def _ask(self, request: urllib.request.Request) -> Page:
        try:
            with self._opener.open(request, timeout=PATIENCE) as answer:
                return Page(answer.status, answer.read().decode())
        except urllib.error.HTTPError as answer:
            return Page(answer.code, answer.read().decode(), answer.headers.get("Location", ""))


def portal_environment(**changes: str) -> dict[str, str]:
    """The environment of a portal of one's own: nothing of the test run's database, queue or keys."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "DJANGO_SETTINGS_MODULE": "tests.races.settings", "PYTHONUNBUFFERED": "1", **changes}


@contextmanager
def web_server(environment: Mapping[str, str]) -> Iterator[int]:
    """The portal under gunicorn, as it is served in earnest, one process with two threads; gives its port."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "panjin_portal.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "2"]
    server = subprocess.Popen(
        [*command, "--no-control-socket", "--log-level", "warning"], env=dict(environment), cwd=ROOT
    )
    try:
        wait_for(port)
        yield port
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait(10)


@contextmanager
def celery_worker(environment: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A real worker, ready; killed at the end if it still runs."""
    command = [sys.executable, "-m", "celery", "--quiet", "-A", "panjin_portal", "worker", "-P", "threads", "-c", "2"]
    command += ["--loglevel", "INFO", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    with log.open("wb") as output:
        worker = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=dict(environment), cwd=ROOT)
    try:
        end = time.monotonic() + PATIENCE
        while b" ready." not in log.read_bytes():
            assert worker.poll() is None, log.read_text(errors="replace")[-2000:]
            assert time.monotonic() < end, log.read_text(errors="replace")[-2000:]
            time.sleep(0.05)
        yield worker
    finally:
        worker.kill()
        worker.wait(10)


def run_python(code: str, environment: Mapping[str, str], seconds: float = PATIENCE * 2) -> str:
    """Run ``code`` with Django set up in that environment; gives what it printed. It may take ``seconds``."""
    done = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup()\n{code}"],
        env=dict(environment),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
