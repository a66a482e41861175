"""A day somebody set by hand stays when it becomes a day off, and whoever changes the calendar is shown it first."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from panjin_portal.lib import clock
from proposals.holiday_notice import Notice, NoticeDay
from proposals.models import Deadline, Event, Workday
from proposals.services.assignment import assign, change_due_date
from proposals.services.calendar_import import StalePreview, import_notice, preview_import
from tests.proposals.stages import registered
from tests.world import World

LATE = date(2026, 12, 28)
BY_HAND = date(2027, 1, 4)  # a Monday, until the notice of the test makes it a day off
CSV = "日期,安排,名称\n2027-01-01至2027-01-04,放假,元旦\n2027-01-10,上班,元旦调休\n"


@pytest.fixture
def opinion(world: World) -> Deadline:
    """Set by hand to 4 January 2027; all else of the case lies elsewhere."""
    Workday.objects.filter(date__year__gte=2027).delete()
    with clock.at(LATE):
        assign(world.office_staff, proposal=registered(world), lead=world.sfj, co_handlers=[world.gaj])
        row = Deadline.objects.get(kind="opinion")
        change_due_date(world.office_staff, deadline=row, due_on=BY_HAND, reason="会上定的")
    return row


def notice() -> Notice:
    return Notice(2027, [NoticeDay(date(2027, 1, day), False, "元旦", 2) for day in range(1, 5)])


def upload(client: Client) -> Any:
    file = SimpleUploadedFile("2027.csv", CSV.encode())
    return client.post(reverse("admin:proposals_workday_import"), {"year": 2027, "file": file})


def again(row: Deadline) -> Deadline:
    return Deadline.objects.get(pk=row.pk)


def test_the_preview_of_a_year_names_what_lands_on_a_holiday(world: World, opinion: Deadline, client: Client) -> None:
    client.force_login(world.admin)
    with clock.at(LATE):
        preview = upload(client)
        page = preview.content.decode()
        fields = {"notice": preview.context["payload"], "seen": preview.context["seen"]}
        done = client.post(reverse("admin:proposals_workday_import"), fields, follow=True).content.decode()

    part = page.partition("人工确定的日期成了放假日</h3>")[2]
    assert "下列 1 项期限由人工确定" in part
    assert "2027-01-04（放假）" in part
    assert "2027-01-05" in part
    assert "会上定的" in part
    assert "1项人工确定的日期落在放假日，没有改动" in done
    assert "1 项人工确定的期限不在工作日" in done
    assert "2027-01-04（放假）" in done
    assert again(opinion).due_on == BY_HAND
    assert Event.objects.get(kind="import_workdays").data["on_days_off"] == [opinion.pk]


def test_the_calendar_names_them_until_somebody_decides(world: World, opinion: Deadline, client: Client) -> None:
    client.force_login(world.admin)
    calendar = reverse("admin:proposals_workday_changelist")
    with clock.at(LATE):
        import_notice(world.admin, notice=notice(), seen=preview_import(notice()).digest)
        assert "1 项人工确定的期限不在工作日" in client.get(calendar).content.decode()
        change_due_date(world.office_staff, deadline=again(opinion), due_on=date(2027, 1, 5), reason="顺延")
        assert "人工确定的期限不在工作日" not in client.get(calendar).content.decode()


def test_one_set_by_hand_after_the_look_makes_the_preview_stale(world: World, opinion: Deadline) -> None:
    seen = preview_import(notice()).digest
    reply = Deadline.objects.get(kind="reply")
    with clock.at(LATE):
        change_due_date(world.office_staff, deadline=reply, due_on=BY_HAND, reason="一并定下")
    with clock.at(LATE), pytest.raises(StalePreview) as stale:
        import_notice(world.admin, notice=notice(), seen=seen)

    assert len(stale.value.preview.plan.stranded) == 2
    assert not Workday.objects.filter(date__year=2027).exists()


def test_one_corrected_day_is_shown_too_though_nothing_moves(world: World, opinion: Deadline, client: Client) -> None:
    Deadline.objects.exclude(pk=opinion.pk).delete()
    client.force_login(world.admin)
    form = {"date": "2027-01-04", "name": "全市放假"}
    with clock.at(LATE):
        preview = client.post(reverse("admin:proposals_workday_add"), form)
        assert "人工确定的日期成了放假日" in preview.content.decode()
        assert not Workday.objects.filter(date=BY_HAND).exists()
        sent: dict[str, Any] = dict(preview.context["sent"])
        client.post(reverse("admin:proposals_workday_add"), sent)

    assert Workday.objects.filter(date=BY_HAND, is_working=False).exists()
    assert again(opinion).due_on == BY_HAND


def test_what_was_set_on_a_day_off_knowingly_is_not_told_again(world: World, opinion: Deadline) -> None:
    with clock.at(LATE):
        change_due_date(world.office_staff, deadline=again(opinion), due_on=date(2027, 1, 9), reason="定在周六")
    days = [*notice().days, NoticeDay(date(2027, 1, 9), False, "周六", 3)]

    assert list(preview_import(Notice(2027, days)).plan.stranded) == []


def test_the_command_lists_them(
    world: World, opinion: Deadline, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "2027.csv"
    file.write_text(CSV)
    with clock.at(LATE):
        call_command("import_workdays", str(file), year=2027)

    assert "会办意见：2027-01-04 由人工确定，成了放假日，不改动（其后的工作日 2027-01-05）" in capsys.readouterr().out
