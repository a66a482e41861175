"""Reading the environment for ``settings.py``: typed values, one clear line for a wrong one.

Two modes. *Local* (no variable set) gives every value a default, so that each command works in a fresh clone.
*Production* has no defaults at all: a value nobody thought about is a value nobody decided.
"""

import os
import re
import secrets
import tempfile
from collections.abc import Callable
from datetime import time
from email.utils import parseaddr
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

from environs import Env, EnvError

LOCAL = "local"
PRODUCTION = "production"
DATABASE_ENGINES = ("django.db.backends.sqlite3", "django.db.backends.postgresql")


def stop(message: str) -> NoReturn:
    """End the process with one line on standard error and status 1, without a traceback."""
    raise SystemExit(f"配置错误：{message}")


class Environment:
    """The process environment, read through environs, with local defaults that production does not get."""

    def __init__(self) -> None:
        """Read the mode; an unknown ``PORTAL_MODE`` ends the process."""
        self._env = Env()
        self._missing: list[str] = []
        self.names: list[str] = ["PORTAL_MODE"]
        mode = self._env.str("PORTAL_MODE", "") or LOCAL
        if mode not in (LOCAL, PRODUCTION):
            stop(f"PORTAL_MODE 只能是 {LOCAL} 或 {PRODUCTION}，现在是“{mode}”。")
        self.production = mode == PRODUCTION

    def text(self, name: str, *, local: str, may_be_empty: bool = False) -> str:
        """A string. In production an unset (or, unless allowed, empty) value is collected as missing."""
        self.names.append(name)
        value = self._env.str(name, None)
        if value or (value is not None and may_be_empty):
            return value
        if self.production:
            self._missing.append(name)
        return local

    def number(self, name: str, *, local: int, least: int, most: int) -> int:
        """A whole number between ``least`` and ``most``."""
        raw = self.text(name, local=str(local))
        if not raw.isascii() or not raw.isdigit() or not least <= int(raw) <= most:
            stop(f"{name} 应是 {least} 到 {most} 之间的整数，现在是“{raw}”。")
        return int(raw)

    def choice(self, name: str, *, local: str, allowed: tuple[str, ...]) -> str:
        """One of a few words."""
        raw = self.text(name, local=local)
        if raw not in allowed:
            stop(f"{name} 只能是 {'、'.join(allowed)} 之一，现在是“{raw}”。")
        return raw

    def words(self, name: str, *, local: str, may_be_empty: bool = False) -> list[str]:
        """A comma-separated list; blanks around the items are dropped."""
        raw = self.text(name, local=local, may_be_empty=may_be_empty)
        return [item.strip() for item in raw.split(",") if item.strip()]

    def folder(self, name: str, *, local: Path) -> Path:
        """An absolute path of a folder; it need not exist yet."""
        path = Path(self.text(name, local=str(local)))
        if not path.is_absolute():
            stop(f"{name} 应是绝对路径，现在是“{path}”。")
        if path.exists() and not path.is_dir():
            stop(f"{name} 指向的不是文件夹：“{path}”。")
        return path

    def existing_folders(self, name: str) -> list[Path]:
        """Absolute paths of folders that are there, none by default: a font folder misspelt would go unnoticed."""
        paths = [Path(item) for item in self.words(name, local="", may_be_empty=True)]
        for path in paths:
            if not (path.is_absolute() and path.is_dir()):
                stop(f"{name} 里的“{path}”不是已有的文件夹，请写绝对路径。")
        return paths

    def file(self, name: str) -> Path | None:
        """An absolute path of a file that whoever uses it looks for, or None: not used."""
        raw = self.text(name, local="", may_be_empty=True)
        if raw and not Path(raw).is_absolute():
            stop(f"{name} 应是绝对路径，现在是“{raw}”。")
        return Path(raw) if raw else None

    def service_url(self, name: str) -> str:
        """An ``http(s)://`` address, or an empty string: not used."""
        raw = self.text(name, local="", may_be_empty=True)
        if raw and (_split(name, raw).scheme not in ("http", "https") or not _split(name, raw).hostname):
            stop(f"{name} 应是 http:// 或 https:// 开头的地址（内容不显示，可能含密码）。")
        return raw

    def object_store(self, name: str) -> dict[str, Any]:
        """Options of ``lib.object_store.ObjectStore`` from ``s3://KEY:SECRET@HOST[:PORT]/BUCKET?region=NAME&tls=no``;
        empty: files lie on the disk."""
        raw = self.text(name, local="", may_be_empty=True)
        if not raw:
            return {}
        parts = _split(name, raw)
        bucket, asked = parts.path.strip("/"), dict(parse_qsl(parts.query))
        if parts.scheme != "s3" or not (parts.username and parts.password and parts.hostname and bucket):
            stop(f"{name} 应是 s3://密钥:口令@主机/存储桶（内容不显示，含密钥）。")
        if "/" in bucket or set(asked) - {"region", "tls"} or asked.get("tls", "yes") not in ("yes", "no"):
            stop(f"{name} 主机后只写存储桶一级，问号后只认 region= 和 tls=no（内容不显示，含密钥）。")
        if find_spec("storages") is None or find_spec("boto3") is None:
            stop(f'{name} 要求另装：pip install "django-storages[s3]"。')
        host = parts.netloc.rpartition("@")[2]
        return {
            "access_key": unquote(parts.username),
            "secret_key": unquote(parts.password),
            "endpoint_url": f"{'http' if asked.get('tls') == 'no' else 'https'}://{host}",
            "bucket_name": bucket,
            "region_name": asked.get("region"),
            "addressing_style": "path",
            "file_overwrite": False,
        }

    def mail_address(self, name: str, *, local: str) -> str:
        """``user@host`` or ``Name <user@host>``."""
        raw = self.text(name, local=local)
        user, _, host = parseaddr(raw)[1].rpartition("@")
        if raw and not (user and host):
            stop(f"{name} 应是邮件地址，现在是“{raw}”。")
        return raw

    def base_url(self, name: str, *, local: str) -> str:
        """An ``http(s)://host[:port]`` address without path; production insists on https."""
        raw = self.text(name, local=local).rstrip("/")
        parts = _split(name, raw)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query:
            stop(f"{name} 应形如 https://portal.example.gov.cn，不带路径，现在是“{raw}”。")
        if self.production and name not in self._missing and parts.scheme != "https":
            stop(f"{name} 在生产模式下必须以 https:// 开头，现在是“{raw}”。")
        return raw

    def redis_url(self, name: str) -> str:
        """A ``redis://`` address, or an empty string in local mode without Redis."""
        raw = self.text(name, local="")
        if raw:
            parts = _split(name, raw)
            path_is_number = parts.path.strip("/").isdigit() or not parts.path.strip("/")
            if parts.scheme not in ("redis", "rediss") or not parts.hostname or not path_is_number:
                stop(f"{name} 应形如 redis://主机:6379/0（内容不显示，可能含密码）。")
        return raw

    def database(self, name: str, *, local: dict[str, Any]) -> dict[str, Any]:
        """A Django database dictionary out of a ``sqlite:////…`` or ``postgres://…`` address. ``?prepare=no`` behind
        the address of PostgreSQL is kept as an option of that name."""
        raw = self.text(name, local="")
        if not raw:
            return local
        found = self._parsed(self._env.dj_db_url, name, "postgres://用户:密码@主机:5432/库名 或 sqlite:////绝对路径")
        if found.get("ENGINE") not in DATABASE_ENGINES or not found.get("NAME"):
            stop(f"{name} 应是带库名的 postgres:// 地址，或 sqlite:// 文件（内容不显示，可能含密码）。")
        if found.get("OPTIONS", {}).get("prepare", "yes") not in ("yes", "no"):
            stop(f"{name} 里的 prepare 只能是 yes 或 no。")
        return found

    def email(self, name: str, *, local: dict[str, Any]) -> dict[str, Any]:
        """Django's ``EMAIL_*`` values out of a ``submission://`` (TLS) or ``smtp://`` address."""
        raw = self.text(name, local="")
        if not raw:
            return local
        shape = "submission://用户:密码@主机:587"
        found = self._parsed(self._env.dj_email_url, name, shape)
        if urlsplit(raw).scheme not in ("smtp", "submission") or not urlsplit(raw).hostname:
            stop(f"{name} 应形如 {shape} 或 smtp://主机:25（内容不显示，可能含密码）。")
        return found

    def hours(self, name: str, *, local: str) -> tuple[time, time]:
        """``08:00-18:00``: when the office opens and closes, on the same day."""
        raw = self.text(name, local=local)
        try:
            opens, closes = (time.fromisoformat(part.strip()) for part in raw.split("-"))
        except ValueError:
            stop(f"{name} 应形如 08:00-18:00，现在是“{raw}”。")
        if opens >= closes or opens.tzinfo or closes.tzinfo:
            stop(f"{name} 的开始应早于结束，同在一天，现在是“{raw}”。")
        return opens, closes

    def gateway(self, name: str) -> str:
        """An address of the notification library with ``{address}`` in it, or an empty string: not used."""
        raw = self.text(name, local="", may_be_empty=True)
        if raw and ("://" not in raw or "{address}" not in raw):
            stop(
                f"{name} 应是带 {{address}} 的网关地址，如 jsons://主机/路径?:to={{address}}（内容不显示，可能含密钥）。"
            )
        if re.search(r"[?&]taken=", raw) and not re.search(r"[?&]taken=[^.:&]+(\.[^.:&]+)*:[^,&]", raw):
            stop(f"{name} 里的 taken= 应写成 taken=名称:值，如 taken=code:0（内容不显示，可能含密钥）。")
        return raw

    def secret(self, name: str, *, file: Path, least: int) -> str:
        """A key of ``least`` characters or more; local mode makes one and keeps it in ``file``."""
        value = self.text(name, local="")
        if not value and not self.production:
            try:
                return generated_key(file)
            except OSError as error:
                stop(f"写不了文件夹“{file.parent}”（{error.strerror}），请检查 VAR_DIR。")
        if name not in self._missing and (len(value) < least or len(set(value)) < 5):
            stop(f"{name} 太短或太简单：至少 {least} 个字符的随机串（内容不显示）。")
        return value

    def finish(self) -> None:
        """End the process if production mode lacks a value; all missing names in one line."""
        if self._missing:
            stop(f"生产模式缺少环境变量：{'、'.join(self._missing)}。各变量的含义见 README 的设置表。")

    def _parsed(self, parse: Callable[[str], Any], name: str, shape: str) -> dict[str, Any]:
        try:
            return {**parse(name)}
        except (EnvError, ValueError):
            stop(f"{name} 应形如 {shape}（内容不显示，可能含密码）。")


def _split(name: str, raw: str) -> Any:
    """``urlsplit`` whose complaints (a port of letters, a broken bracket) become the one clear line."""
    try:
        parts = urlsplit(raw)
        _ = parts.port
    except ValueError:
        stop(f"{name} 不是有效的地址。")
    return parts


def next_redis_database(url: str) -> str:
    """The same Redis server, one database further: the cache must not share the broker's.

    Django's ``cache.clear()`` flushes a whole database; in the broker's it would drop the queue.
    """
    parts = urlsplit(url)
    number = int(parts.path.strip("/") or "0") + 1
    return urlunsplit(parts._replace(path=f"/{number}"))


def generated_key(file: Path) -> str:
    """The key kept in ``file``, made on first use; mode 0600.

    Two processes may come here at once (web server and worker start together): the key is written to a file of
    its own and *linked* into place. The link fails for the second process, which then reads the first one's key.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")  # mkstemp gives mode 0600
        draft = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="ascii") as stream:
                stream.write(secrets.token_urlsafe(64))
                stream.flush()
                os.fsync(stream.fileno())
            os.link(draft, file)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    key = file.read_text(encoding="ascii").strip()
    if len(key) < 50:
        stop(f"密钥文件 {file} 内容不完整；停止服务后删除它，会重新生成。")
    return key
