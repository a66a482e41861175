"""Loading a year's holiday notice: nothing before it was looked at, then all of it in one go."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from panjin_portal.lib import clock
from proposals.errors import NotAllowed
from proposals.holiday_notice import Notice, NoticeDay
from proposals.models import Deadline, Event, Workday
from proposals.services.assignment import assign, change_due_date
from proposals.services.calendar import known_until, load_calendar
from proposals.services.calendar_import import StalePreview, import_notice, preview_import
from tests.proposals.stages import registered
from tests.world import World

LATE = date(2026, 12, 28)  # a Monday; five working days later is 4 January 2027, as far as anybody knows
# Made up for the test: the year 2027 begins with four days off, and Sunday 10 January is worked.
CSV = "日期,安排,名称\n2027-01-01至2027-01-04,放假,元旦\n2027-01-10,上班,元旦调休\n"


@pytest.fixture
def receipt(world: World) -> Deadline:
    Workday.objects.filter(date__year__gte=2027).delete()
    with clock.at(LATE):
        assign(world.office_staff, proposal=registered(world), lead=world.sfj)
    return Deadline.objects.get(kind="receipt")


def again(row: Deadline) -> Deadline:
    return Deadline.objects.get(pk=row.pk)


def notice() -> Notice:
    days = [NoticeDay(date(2027, 1, day), False, "元旦", 2) for day in range(1, 5)]
    return Notice(2027, [*days, NoticeDay(date(2027, 1, 10), True, "元旦调休", 3)])


def upload(client: Client, text: str = CSV, year: int = 2027) -> Any:
    file = SimpleUploadedFile("2027.csv", text.encode())
    return client.post(reverse("admin:proposals_workday_import"), {"year": year, "file": file})


def confirm(client: Client, preview: Any) -> Any:
    fields = {"notice": preview.context["payload"], "seen": preview.context["seen"]}
    return client.post(reverse("admin:proposals_workday_import"), fields, follow=True)


def test_a_date_beyond_the_known_end_is_provisional_and_moves_when_the_year_is_loaded(
    world: World, receipt: Deadline
) -> None:
    assert (receipt.due_on, receipt.is_provisional) == (date(2027, 1, 4), True)
    assert "暂定" in receipt.explanation
    with clock.at(LATE):
        done = import_notice(world.admin, notice=notice(), seen=preview_import(notice()).digest)

    after = again(receipt)
    assert (after.due_on, after.is_provisional, after.version) == (date(2027, 1, 6), False, 2)
    assert "暂定" not in after.explanation
    assert known_until() == date(2027, 12, 31)
    assert [event.text for event in Event.objects.filter(kind="recompute_deadline")] == [
        "载入2027年放假安排，市司法局的签收期限由2027-01-04调整为2027-01-06"
    ]
    (site,) = Event.objects.filter(kind="import_workdays")
    assert (site.proposal, site.data["moved"], len(done.plan.moved)) == (None, 1, 1)
    assert Deadline.objects.filter(kind="reply").get().due_on == date(2027, 8, 20)
    assert not Deadline.objects.filter(is_provisional=True).exists()
    assert (after.proposal.next_due_on, after.proposal.next_due_provisional) == (date(2027, 1, 6), False)


def test_nothing_changes_before_the_preview_is_confirmed(world: World, receipt: Deadline, client: Client) -> None:
    client.force_login(world.admin)
    with clock.at(LATE):
        preview = upload(client)
        page = preview.content.decode()
        assert preview.status_code == 200
        assert "2027-01-04（暂定）" in page
        assert "2027-01-06" in page
        assert "放假 元旦" in page
        assert "提醒　劳动节（5月1日）没有写放假" in page
        assert (again(receipt).due_on, known_until()) == (date(2027, 1, 4), date(2026, 12, 31))
        done = confirm(client, preview).content.decode()

    assert "已载入2027年放假安排。已重新计算：1项未完成的期限有变动" in done
    assert "已知到 <strong>2027-12-31</strong>" in done
    assert again(receipt).due_on == date(2027, 1, 6)


def test_a_preview_that_is_out_of_date_is_refused_and_shown_anew(
    world: World, receipt: Deadline, client: Client
) -> None:
    client.force_login(world.admin)
    with clock.at(LATE):
        preview = upload(client)
        change_due_date(world.office_staff, deadline=receipt, due_on=date(2027, 1, 20), reason="出差")
        refused = confirm(client, preview)
        assert refused.status_code == 409
        assert "预览之后情况又有变化，没有导入" in refused.content.decode()
        assert "提醒　劳动节（5月1日）没有写放假" in refused.content.decode()
        assert known_until() == date(2026, 12, 31)
        assert confirm(client, refused).status_code == 200

    assert again(receipt).due_on == date(2027, 1, 20)
    assert known_until() == date(2027, 12, 31)


def test_a_day_corrected_meanwhile_makes_the_preview_stale(world: World, receipt: Deadline) -> None:
    seen = preview_import(notice()).digest
    Workday.objects.create(date=date(2027, 3, 1), is_working=False, is_confirmed=False)

    with pytest.raises(StalePreview), clock.at(LATE):
        import_notice(world.admin, notice=notice(), seen=seen)

    assert Workday.objects.filter(date__year=2027).count() == 1
    assert not Event.objects.filter(kind="import_workdays").exists()


def test_the_same_notice_a_second_time_changes_nothing(world: World, receipt: Deadline) -> None:
    with clock.at(LATE):
        import_notice(world.admin, notice=notice(), seen=preview_import(notice()).digest)
        second = preview_import(notice())
        import_notice(world.admin, notice=notice(), seen=second.digest)

    assert (list(second.days), second.plan.changes) == ([], [])
    assert again(receipt).version == 2


def test_only_an_administrator_loads_a_year(world: World, receipt: Deadline) -> None:
    with pytest.raises(NotAllowed):
        import_notice(world.committee_staff, notice=notice(), seen=preview_import(notice()).digest)


def test_a_table_with_errors_cannot_be_confirmed(world: World, receipt: Deadline, client: Client) -> None:
    client.force_login(world.admin)
    with clock.at(LATE):
        answer = upload(client, CSV + "2027-01-10,放假,元旦\n坏日期,放假,元旦\n")

    page = answer.content.decode()
    assert answer.status_code == 400
    assert "第4行：2027-01-10在第3行写的是上班，两行矛盾" in page
    assert "第5行：日期“坏日期”看不懂" in page
    assert "确认导入" not in page


def test_a_wrong_file_is_told_at_its_field_and_a_forged_confirmation_changes_nothing(
    world: World, receipt: Deadline, client: Client
) -> None:
    client.force_login(world.admin)
    file = SimpleUploadedFile("a.pdf", b"%PDF-1.4")
    wrong = client.post(reverse("admin:proposals_workday_import"), {"year": 2027, "file": file})
    forged = client.post(reverse("admin:proposals_workday_import"), {"notice": "x:y", "seen": ""}, follow=True)

    assert "请上传 CSV 或 XLSX 文件" in wrong.content.decode()
    assert "预览已失效，没有导入" in forged.content.decode()
    assert known_until() == date(2026, 12, 31)


def test_the_template_can_be_downloaded_and_read_back(world: World, client: Client) -> None:
    client.force_login(world.admin)
    answer = client.get(reverse("admin:proposals_workday_template"))
    rows = list(load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active.values)  # type: ignore[attr-defined]

    assert rows[0] == ("日期", "安排", "名称")
    assert ("2026-02-14、2026-02-28", "上班", "春节调休") in rows


def test_one_day_entered_for_a_year_that_is_not_loaded_makes_it_no_known_year(
    world: World, receipt: Deadline, client: Client
) -> None:
    client.force_login(world.admin)
    client.post(reverse("admin:proposals_workday_add"), {"date": "2027-06-30", "name": "全市放假"})

    assert Workday.objects.get(date=date(2027, 6, 30)).is_confirmed is False
    assert load_calendar().known_until == date(2026, 12, 31)


def test_the_command_lists_first_and_writes_when_told(world: World, receipt: Deadline, tmp_path: Path) -> None:
    path, out, name = tmp_path / "2027.csv", io.StringIO(), world.admin.username
    path.write_text(CSV, encoding="utf-8")
    with clock.at(LATE):
        call_command("import_workdays", str(path), "--year", "2027", stdout=out)
        assert again(receipt).due_on == date(2027, 1, 4)
        call_command("import_workdays", str(path), "--year=2027", "--confirm", f"--actor={name}", stdout=out)

    assert "市司法局签收：2027-01-04（暂定） → 2027-01-06" in out.getvalue()
    assert "没有写入；加 --confirm 写入。" in out.getvalue()
    assert again(receipt).due_on == date(2027, 1, 6)


def test_the_command_refuses_a_bad_table_and_a_stranger(world: World, receipt: Deadline, tmp_path: Path) -> None:
    path = tmp_path / "2027.csv"
    path.write_text("2027-13-01,放假,元旦\n", encoding="utf-8")
    with pytest.raises(CommandError, match="请改正表格"):
        call_command("import_workdays", str(path), "--year", "2027", stdout=io.StringIO())
    path.write_text(CSV, encoding="utf-8")
    with pytest.raises(CommandError, match="不是在用的系统管理员"):
        call_command(
            "import_workdays", str(path), "--year", "2027", "--confirm", "--actor", "sfj_clerk", stdout=io.StringIO()
        )
