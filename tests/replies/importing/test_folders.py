"""``import_reply`` with several files and folders: a line for each, a report, and a refusal that stops nothing."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from proposals.models import Proposal
from replies.models import Reply
from replies.services.import_folder import files_in
from tests.replies.importing.batches import NEWS, page, without
from tests.replies.importing.test_commands import run
from tests.world import World


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Six files in two levels, some good and some bad, one of another kind, and two that are hidden."""
    root = tmp_path / "公开答复"
    below = root / "2022年"
    below.mkdir(parents=True)
    (root / "a.txt").write_bytes(page("021"))
    (root / "b.txt").write_bytes(NEWS.encode())
    (root / "c.txt").write_bytes(page("021", 园区="县区"))
    (below / "d.TXT").write_bytes(without("024", "2022年8月16日\n"))
    (below / "e.txt").write_bytes(without("025", "(第025号)"))
    (below / "f.txt").write_bytes(b"")
    (root / "说明.md").write_text("x", encoding="utf-8")
    (root / ".隐藏.txt").write_bytes(page("031"))
    (root / "~$锁.docx").write_bytes(b"x")
    return root


def imported(*arguments: str) -> tuple[int, str]:
    """Exit code and what was printed."""
    out = io.StringIO()
    try:
        call_command("import_reply", *arguments, stdout=out)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue()
    return 0, out.getvalue()


def test_folders_are_read_to_the_bottom_in_order_and_each_file_once(folder: Path) -> None:
    found = files_in([folder, folder / "a.txt"])
    assert [path.name for path in found] == ["d.TXT", "e.txt", "f.txt", "a.txt", "b.txt", "c.txt"]


def test_every_file_gets_a_line_and_the_last_line_counts_them(world: World, folder: Path) -> None:
    code, printed = imported(str(folder))
    lines = {line.split("：")[0].rsplit("/", 1)[-1]: line for line in printed.splitlines()[:-1]}
    assert code == 1
    assert "已导入　" in lines["a.txt"]
    assert "拒绝　这不是一份答复" in lines["b.txt"]
    assert "已有　九届一次会议第021号提案已在平台中" in lines["c.txt"]
    assert ("已导入，有提示" in lines["d.TXT"], "缺：落款日期" in lines["d.TXT"]) == (True, True)
    assert "拒绝　没有读到提案号" in lines["e.txt"]
    assert "文件是空的" in lines["f.txt"]
    assert "未读　不能导入这种文件" in lines["说明.md"]
    assert not {".隐藏.txt", "~$锁.docx"} & set(lines)
    assert printed.splitlines()[-1] == "共 6 个文件：已导入，有提示 1，拒绝 3，已导入 1，已有 1。"
    assert (Reply.objects.count(), Proposal.objects.count()) == (2, 2)
    again, printed = imported(str(folder / "a.txt"), str(folder / "2022年" / "d.TXT"))
    assert (again, printed.splitlines()[-1]) == (0, "共 2 个文件：已有 2。")
    assert Reply.objects.count() == 2


def test_the_report_says_the_same_as_a_table(world: World, folder: Path, tmp_path: Path) -> None:
    (folder / "b.txt").rename(folder / "=b.txt")
    report = tmp_path / "结果.csv"
    imported(str(folder), "--user", "tian", "--report", str(report))
    assert report.read_bytes().startswith("\ufeff".encode())
    with report.open(encoding="utf-8-sig", newline="") as handle:
        rows = {Path(row["file"]).name: row for row in csv.DictReader(handle)}
    assert (len(rows), rows["说明.md"]["outcome"]) == (7, "未读")
    assert (rows["a.txt"]["outcome"], rows["a.txt"]["number"]) == ("已导入", "021")
    assert rows["a.txt"]["reply"] == str(Reply.objects.get(proposal__number="021").pk)
    assert "落款日期" in rows["d.TXT"]["gaps"]
    assert Reply.objects.filter(source__imported_by=world.committee_staff).count() == 2
    as_json = tmp_path / "结果.json"
    imported(str(folder), "--report", str(as_json))
    assert {row["outcome"] for row in json.loads(as_json.read_text(encoding="utf-8"))} == {"已有", "拒绝", "未读"}


def test_a_name_that_is_a_formula_is_text_in_the_report(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("=cmd.txt").write_bytes(NEWS.encode())
    imported("=cmd.txt", "--report", "r.csv")
    assert "'=cmd.txt" in Path("r.csv").read_text(encoding="utf-8-sig")


def test_a_report_that_cannot_be_written_is_refused_before_anything_is_imported(
    world: World, folder: Path, tmp_path: Path
) -> None:
    for place in (tmp_path / "r.txt", tmp_path / "none" / "r.csv"):
        with pytest.raises(CommandError, match="报告"):
            imported(str(folder), "--report", str(place))
    assert not Reply.objects.exists()


def test_an_empty_folder_and_a_missing_path_are_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="没有可以导入的文件"):
        imported(str(tmp_path))
    with pytest.raises(CommandError, match="读不到文件"):
        imported(str(tmp_path / "none.txt"), str(tmp_path))


def test_json_of_a_folder_is_a_list_and_needs_no_database(folder: Path, tmp_path: Path) -> None:
    done = run(str(folder), "--json", folder=tmp_path)
    found = {Path(one["file"]).name: one for one in json.loads(done.stdout)}
    assert done.returncode == 1
    assert (found["a.txt"]["proposal_number"], found["b.txt"]["is_reply"]) == ("021", False)
    assert (set(found["f.txt"]), found["e.txt"]["proposal_number"]) == ({"file", "error"}, None)


def test_a_dry_run_says_what_would_come_of_it_and_stores_nothing(world: World, folder: Path) -> None:
    code, printed = imported(str(folder), "--dry-run")
    assert (code, Reply.objects.count()) == (1, 0)
    assert printed.splitlines()[-1] == "共 6 个文件：可以导入，有提示 1，拒绝 3，可以导入 1，已有 1。"
    twin = next(line for line in printed.splitlines() if "c.txt" in line)
    assert "与前面的文件 a.txt 是同一件提案（九届一次会议第021号）" in twin


def test_an_addressee_too_long_for_a_name_is_refused_before_anything_is_stored(world: World, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(page("021", 赵青禾委员="盘锦市" + "某" * 80 + "委员会"))
    code, printed = imported(str(tmp_path), "--dry-run")
    assert code == 1
    assert "主送“盘锦市某" in printed
    assert "太长，请核对" in printed


def test_a_file_that_cannot_be_opened_stops_none_of_the_others(world: World, folder: Path) -> None:
    (folder / "g.txt").symlink_to(folder / "nowhere.txt")
    (folder / "h.txt").write_bytes(page("041"))
    _, printed = imported(str(folder), str(folder / "h.txt"))
    assert "h.txt：已导入" in printed
    assert "g.txt" not in printed  # a link that leads nowhere is no file
