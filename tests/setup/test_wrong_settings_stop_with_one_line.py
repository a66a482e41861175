"""A wrong or missing value ends every command at start with one clear line, and never shows a secret."""

import os
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest

from panjin_portal.environment import Environment
from tests.setup.processes import PRODUCTION, run


def environment(values: dict[str, str]) -> Environment:
    """The reader in a process that has only ``values`` set (until the next test)."""
    os.environ.clear()
    os.environ.update(values)
    return Environment()


@pytest.fixture(autouse=True)
def own_environment() -> Iterator[None]:
    """Give the process its environment back after the test."""
    with patch.dict(os.environ):
        yield


def complaint(values: dict[str, str], read: str, **options: object) -> str:
    """The line with which ``Environment.<read>`` refuses the value of ``X``."""
    with pytest.raises(SystemExit) as stopped:
        getattr(environment(values), read)("X", **options)
    line = str(stopped.value)
    assert line.startswith("配置错误：")
    assert "\n" not in line
    return line


def test_a_wrong_value_ends_manage_py_without_a_traceback(tmp_path: Path) -> None:
    answer = run("manage.py", "check", VAR_DIR=str(tmp_path), SESSION_IDLE_MINUTES="never")

    assert answer.returncode == 1
    assert answer.stderr == "配置错误：SESSION_IDLE_MINUTES 应是 5 到 720 之间的整数，现在是“never”。\n"


def test_production_names_all_missing_values_in_one_line() -> None:
    answer = run("manage.py", "check", PORTAL_MODE="production")

    assert answer.returncode == 1
    assert answer.stderr.count("\n") == 1
    for name in PRODUCTION:
        assert name in answer.stderr or name == "PORTAL_MODE"


@pytest.mark.parametrize("name", sorted(PRODUCTION))
def test_production_starts_only_with_every_single_value(name: str) -> None:
    values = {key: value for key, value in PRODUCTION.items() if key != name}
    reader = environment(values)
    if name == "PORTAL_MODE":
        assert not reader.production
        return
    reader.text(name, local="a default", may_be_empty=True)

    with pytest.raises(SystemExit, match=name):
        reader.finish()


def test_an_unknown_mode_is_refused() -> None:
    with pytest.raises(SystemExit, match="PORTAL_MODE 只能是 local 或 production"):
        environment({"PORTAL_MODE": "prod"})


@pytest.mark.parametrize("raw", ["eight", "", "-1", "80.0", "٨٠", "70000"])
def test_a_number_is_ascii_digits_within_its_bounds(raw: str) -> None:
    if raw == "":
        assert environment({"X": raw}).number("X", local=7, least=1, most=65535) == 7
    else:
        assert raw in complaint({"X": raw}, "number", local=7, least=1, most=65535)


@pytest.mark.parametrize("raw", ["oracle://h/d", "postgres://u:hidden@h:port/db", "just words", "postgres://h"])
def test_a_bad_database_address_is_refused_and_not_shown(raw: str) -> None:
    assert raw not in complaint({"X": raw}, "database", local={})


@pytest.mark.parametrize("raw", ["http://h:1/0", "redis://", "redis://:hidden@h:6379/zero", "redis://h:port/0"])
def test_a_bad_redis_address_is_refused_and_not_shown(raw: str) -> None:
    assert "hidden" not in complaint({"X": raw}, "redis_url")


@pytest.mark.parametrize("raw", ["pop3://h", "smtp://", "mail.example", "smtp://h:port"])
def test_a_bad_mail_address_is_refused(raw: str) -> None:
    complaint({"X": raw}, "email", local={})


@pytest.mark.parametrize("raw", ["portal.example", "ftp://h", "https://h/path", "https://h?x=1", "https://h:port"])
def test_a_base_address_has_a_scheme_and_a_host_and_nothing_else(raw: str) -> None:
    complaint({"X": raw}, "base_url", local="http://127.0.0.1:8000")


def test_production_wants_https_in_the_public_address() -> None:
    assert "https://" in complaint(
        {"PORTAL_MODE": "production", "X": "http://portal.example"}, "base_url", local="http://127.0.0.1"
    )


def test_a_short_key_is_refused_and_not_shown(tmp_path: Path) -> None:
    line = complaint({"X": "shortkey"}, "secret", file=tmp_path / "key", least=50)

    assert "shortkey" not in line


def test_a_font_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert str(tmp_path / "nope") in complaint({"X": f"{tmp_path},{tmp_path}/nope"}, "existing_folders")
    assert "绝对路径" in complaint({"X": "fonts"}, "existing_folders")
    assert environment({"X": f"{tmp_path}"}).existing_folders("X") == [tmp_path]
    assert environment({}).existing_folders("X") == []


def test_the_sender_is_a_mail_address() -> None:
    assert "邮件地址" in complaint({"X": "nonsense"}, "mail_address", local="a@b.cn")
    for good in ("portal@panjin.example", "盘锦门户 <portal@panjin.example>"):
        assert environment({"X": good}).mail_address("X", local="a@b.cn") == good


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    answer = run("manage.py", "check", VAR_DIR=str(tmp_path / "file" / "var"))

    assert answer.returncode == 1
    assert answer.stderr.startswith("配置错误：写不了文件夹")
    assert answer.stderr.count("\n") == 1


def test_a_folder_is_an_absolute_path_and_no_file(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()

    assert "绝对路径" in complaint({"X": "var/files"}, "folder", local=tmp_path)
    assert "不是文件夹" in complaint({"X": str(file)}, "folder", local=tmp_path)


def test_a_file_is_named_by_its_whole_path_or_not_at_all() -> None:
    assert "绝对路径" in complaint({"X": "keys/seal.p12"}, "file")
    assert environment({"X": "/keys/seal.p12"}).file("X") == Path("/keys/seal.p12")
    assert environment({"X": ""}).file("X") is None
    assert environment({}).file("X") is None


@pytest.mark.parametrize("raw", ["tsa.example", "ftp://tsa.example/", "https:///rfc3161", "http://tsa.example:none/"])
def test_a_service_has_an_http_address_that_is_never_repeated(raw: str) -> None:
    assert raw not in complaint({"X": raw}, "service_url")


def test_a_service_may_be_left_out() -> None:
    assert environment({}).service_url("X") == ""
    assert environment({"X": "https://tsa.example/rfc3161"}).service_url("X") == "https://tsa.example/rfc3161"


@pytest.mark.parametrize(
    "raw", ["json://hidden/sms", "json://hidden/{address}?taken=code", "json://h/{address}?taken=:0"]
)
def test_a_gateway_has_a_place_for_the_address_and_names_its_success_whole(raw: str) -> None:
    assert "hidden" not in complaint({"X": raw}, "gateway")
    for good in ("", "jsons://h/{address}", "jsons://h/{address}?taken=data.0.code:OK,0&rto=4"):
        assert environment({"X": good}).gateway("X") == good


@pytest.mark.parametrize(
    "raw",
    [
        "https://hidden@h/bucket",
        "s3://key:hidden@h",
        "s3://key@h/bucket",
        "s3://key:hidden@h/bucket/folder",
        "s3://key:hidden@h/bucket?acl=public",
        "s3://key:hidden@h/bucket?tls=maybe",
    ],
)
def test_an_object_store_has_key_host_and_bucket(raw: str) -> None:
    assert "hidden" not in complaint({"X": raw}, "object_store")
    assert environment({}).object_store("X") == {}


def test_an_object_store_without_its_package_says_what_to_install() -> None:
    with patch("panjin_portal.environment.find_spec", return_value=None):
        assert "django-storages[s3]" in complaint({"X": "s3://key:hidden@h/bucket"}, "object_store")
