"""``import_reply`` and ``export_reply`` on the command line."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from proposals.models import Bureau
from replies.documents.letter import from_dict, plain_text
from replies.models import Reply
from replies.services.importing import confirm_import
from tests.replies.importing.test_importing import PAGE
from tests.world import World

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "021.txt"
    path.write_text(PAGE, encoding="utf-8")
    return path


def run(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, with a database that cannot be reached."""
    environment = {
        **os.environ,
        "VAR_DIR": str(folder / "var"),
        "DJANGO_SETTINGS_MODULE": "panjin_portal.settings",
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nowhere",
    }
    command = [sys.executable, str(ROOT / "manage.py"), "import_reply", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT, check=False)


def test_json_and_dry_run_need_no_database(page: Path, tmp_path: Path) -> None:
    printed = run(str(page), "--json", folder=tmp_path)
    assert printed.returncode == 0, printed.stderr
    reading = json.loads(printed.stdout)
    assert (reading["is_reply"], reading["proposal_number"]) == (True, "021")
    tried = run(str(page), "--dry-run", folder=tmp_path)
    assert tried.returncode == 0, tried.stderr
    assert "没有导入" in tried.stdout


def test_a_page_that_is_no_reply_gives_json_and_code_two(tmp_path: Path) -> None:
    other = tmp_path / "news.txt"
    other.write_text("今天天气很好。", encoding="utf-8")
    for options in (["--json"], ["--dry-run"], []):
        done = run(str(other), *options, folder=tmp_path)
        assert done.returncode == 2
        assert json.loads(done.stdout)["is_reply"] is False


def test_a_missing_file_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="读不到文件"):
        call_command("import_reply", str(tmp_path / "none.txt"))


@pytest.mark.django_db
def test_a_database_without_bureaus_is_told_how_to_get_them(page: Path) -> None:
    Bureau.objects.all().delete()
    with pytest.raises(CommandError, match="seed_reference"):
        call_command("import_reply", str(page))


def test_the_command_imports_once(world: World, page: Path) -> None:
    call_command("import_reply", str(page), "--user", "tian", stdout=io.StringIO())
    assert Reply.objects.get().source.imported_by == world.committee_staff
    with pytest.raises(CommandError, match="同一份文件"):
        call_command("import_reply", str(page), stdout=io.StringIO())
    with pytest.raises(CommandError, match="没有用户"):
        call_command("import_reply", str(page), "--user", "ghost", stdout=io.StringIO())


def test_export_writes_the_confirmed_letter_as_text_and_as_pdf(world: World, page: Path, tmp_path: Path) -> None:
    call_command("import_reply", str(page), stdout=io.StringIO())
    reply = Reply.objects.get()
    out = tmp_path / "letter"
    with pytest.raises(CommandError, match="还没有签发"):
        call_command("export_reply", reply.pk, "--out", str(out))
    reply = confirm_import(world.office_staff, reply=reply, signed_on=date(2022, 8, 16), signed_by="盘锦市司法局")
    call_command("export_reply", reply.pk, "--format", "txt", "--out", str(out), stdout=io.StringIO())
    assert out.read_text(encoding="utf-8") == plain_text(from_dict(reply.signed_letter or {})) + "\n"
    call_command("export_reply", reply.pk, "--format", "pdf", "--out", str(out), stdout=io.StringIO())
    assert out.read_bytes().startswith(b"%PDF-")
    assert [path.name for path in tmp_path.iterdir() if ".part" in path.name] == []
    with pytest.raises(CommandError, match="写不了文件"):
        call_command("export_reply", reply.pk, "--out", str(tmp_path / "no" / "such" / "folder.pdf"))
    with pytest.raises(CommandError, match="没有编号"):
        call_command("export_reply", 999, "--out", str(out))


@pytest.mark.django_db
def test_reading_alone_knows_the_bureaus_of_the_database(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page.write_text(page.read_text(encoding="utf-8").replace("司法局", "芦苇局"), encoding="utf-8")
    Bureau.objects.create(code="lwj", name="盘锦市芦苇局", short_name="市芦苇局")
    call_command("import_reply", str(page), "--json")
    reading = json.loads(capsys.readouterr().out)
    assert reading["bureau_codes"][0] == "lwj"
    unknown = [warning["message"] for warning in reading["warnings"] if warning["code"] == "unknown_bureau"]
    assert not any("芦苇局" in message for message in unknown)
