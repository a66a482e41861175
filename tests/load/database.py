"""The scratch database of a benchmark: a file under ``build/`` or a database of its own on the given server.

Nothing here opens the database that ``DATABASE_URL`` names, except to ask its server for another one.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import django

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
# One key for all: events filled by one run must verify in the next.
KEYS = {"SECRET_KEY": "benchmark-" + "s" * 60, "EVENT_KEY": "benchmark-" + "e" * 40}


@dataclass(frozen=True)
class Scratch:
    """Where the rows go: ``vendor`` (sqlite or postgresql), ``url`` for the settings, ``folder`` for files."""

    vendor: str
    url: str
    folder: Path

    @property
    def name(self) -> str:
        """The name of the database on its server."""
        return urlsplit(self.url).path.lstrip("/")


def scratch(server: str, cases: int, build: Path = BUILD) -> Scratch:
    """The scratch database for so many cases; ``server``: "" for SQLite, else a PostgreSQL address with CREATE rights,
    whose own database is left alone."""
    name = f"portal_bench_{cases}"
    if not server:
        folder = build / f"{name}_sqlite"
        return Scratch("sqlite", f"sqlite:///{folder / 'portal.sqlite3'}", folder)
    parts = urlsplit(server)
    if not parts.scheme.startswith("postgres"):
        raise SystemExit("DB 应是 postgres:// 开头的地址；SQLite 不用写 DB。")
    return Scratch("postgresql", urlunsplit(parts._replace(path=f"/{name}")), build / f"{name}_postgresql")


def remove(place: Scratch, server: str) -> None:
    """Drop the scratch database with its files, if it is there."""
    if place.vendor == "postgresql":
        _on_server(server, f'DROP DATABASE IF EXISTS "{place.name}"')
    shutil.rmtree(place.folder, ignore_errors=True)


def connect(place: Scratch, server: str) -> None:
    """Create the scratch database when it is missing and set Django up on it, migrated."""
    place.folder.mkdir(parents=True, exist_ok=True)
    if place.vendor == "postgresql" and not _on_server(
        server, f"SELECT 1 FROM pg_database WHERE datname = '{place.name}'"
    ):
        _on_server(server, f'CREATE DATABASE "{place.name}"')
    for name in ("REDIS_URL", "EMAIL_URL", "FONT_DIRS", "MEDIA_ROOT", "STATIC_ROOT", "PORTAL_MODE"):
        os.environ.pop(name, None)
    os.environ.update(
        KEYS,
        DATABASE_URL=place.url,
        VAR_DIR=str(place.folder / "var"),
        LOG_LEVEL="ERROR",
        DJANGO_SETTINGS_MODULE="panjin_portal.settings",
    )
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def _on_server(server: str, statement: str) -> bool:
    """Run one statement on the server's maintenance database; whether it gave a row."""
    import psycopg

    address = urlunsplit(urlsplit(server)._replace(path="/postgres"))
    with psycopg.connect(address, autocommit=True) as connection:
        done = connection.execute(statement.encode())
        return done.description is not None and done.fetchone() is not None
