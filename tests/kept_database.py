"""The migrated, empty database a test run begins with, kept from run to run: to migrate takes half a minute.

Kept under ``build/`` (SQLite) or on the server as a template (PostgreSQL), for each working copy one. It is made anew
by a process of its own when a migration, a requirement or any module of ours that the migrating process had loaded has
changed since.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / "build" / "kept"
NAME = "portal_kept_" + hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]
# Told after migrating: what the outcome can depend on, beside the migrations themselves.
_MIGRATE = """
import json, sys
from pathlib import Path
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0, interactive=False)
files = {getattr(module, "__file__", None) for module in sys.modules.values()}
print(json.dumps(sorted(file for file in files if file and file.startswith(sys.argv[1]))))
"""


def begin_from_kept(settings: dict[str, Any]) -> None:
    """Let the test database that ``settings`` (one of ``DATABASES``) names begin as the kept one: a copy of the file,
    or a template named to Django. Of several processes the first makes what is missing, the others wait for it."""
    KEPT.mkdir(parents=True, exist_ok=True)
    if settings["ENGINE"].endswith("sqlite3"):
        with _alone("sqlite"):
            kept = KEPT / "empty.sqlite3"
            if not (kept.exists() and _is_current("sqlite")):
                _make_file(kept)
            target = Path(settings["TEST"]["NAME"])
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(kept, target)
        return
    server = urlsplit(os.environ["DATABASE_URL"])
    with _alone("postgresql"):
        if not (_is_current("postgresql") and _is_on(server.geturl())):
            _make_template(server.geturl())
    settings["TEST"]["TEMPLATE"] = NAME


def lay_kept_file(target: Path) -> None:
    """Put the kept file where a program of the portal will find it and migrate nothing; leave it to migrate where none
    is kept."""
    with _alone("sqlite"):
        if (KEPT / "empty.sqlite3").exists() and _is_current("sqlite"):
            shutil.copyfile(KEPT / "empty.sqlite3", target)


def lay_kept_tables(programs: Path, address: str) -> None:
    """The same for an empty database on a server of its own; ``programs``: the folder of that server's."""
    server = os.environ.get("DATABASE_URL")
    if not server:
        return
    with _alone("postgresql"):
        if not (_is_current("postgresql") and _is_on(server)):
            return
        kept = urlunsplit(urlsplit(server)._replace(path=f"/{NAME}"))
        dumped = subprocess.run([str(programs / "pg_dump"), "--no-owner", kept], capture_output=True, check=False)
    if dumped.returncode == 0:  # a server newer than the programs is not dumped by them
        loading = [str(programs / "psql"), "-q", "-o", os.devnull, "-v", "ON_ERROR_STOP=1", "-1", address]
        subprocess.run(loading, input=dumped.stdout, capture_output=True, check=True)


@contextmanager
def _alone(vendor: str) -> Iterator[None]:
    with (KEPT / f"{vendor}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _is_current(vendor: str) -> bool:
    """Whether everything the kept database was made of is as it was."""
    told = KEPT / f"{vendor}.json"
    return told.exists() and json.loads(told.read_text()) == _digests(json.loads(told.read_text()))


def _digests(names: object) -> dict[str, str]:
    """Of these files of ours, and of all migrations there are now: name to SHA-256, "" for a missing one."""
    migrations = [str(path.relative_to(ROOT)) for path in ROOT.glob("*/migrations/*.py")]
    return {name: _digest(ROOT / name) for name in sorted({*map(str, names), *migrations, "requirements/lock.txt"})}  # type: ignore[call-overload]


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _make_file(kept: Path) -> None:
    half = kept.with_suffix(".half")
    for leftover in KEPT.glob(f"{half.name}*"):
        leftover.unlink()
    loaded = _migrate(f"sqlite:///{half}")
    half.replace(kept)
    _tell("sqlite", loaded)


def _make_template(address: str) -> None:
    (KEPT / "postgresql.json").unlink(missing_ok=True)
    with _server(address) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(NAME)))
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))
    _tell("postgresql", _migrate(urlunsplit(urlsplit(address)._replace(path=f"/{NAME}"))))


def _is_on(address: str) -> bool:
    with _server(address) as server:
        return server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone() is not None


def _server(address: str) -> psycopg.Connection[Any]:
    return psycopg.connect(urlunsplit(urlsplit(address)._replace(path="/postgres")), autocommit=True)


def _migrate(address: str) -> list[str]:
    """Migrate the empty database at ``address`` in a process of its own; the files of ours it had loaded."""
    done = subprocess.run(
        [sys.executable, "-c", _MIGRATE, f"{ROOT}{os.sep}"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "panjin_portal.settings"},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    files = (Path(file).relative_to(ROOT) for file in json.loads(done.stdout.splitlines()[-1]))
    return [str(file) for file in files if file.parts[0] != ".venv"]


def _tell(vendor: str, loaded: list[str]) -> None:
    (KEPT / f"{vendor}.json").write_text(json.dumps(_digests(loaded), indent=1))
