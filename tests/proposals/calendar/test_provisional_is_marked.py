"""A day beyond the known calendar is marked 暂定 wherever somebody reads it."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from panjin_portal.lib import clock
from proposals.models import Assignment, Deadline, DeadlineRule, Event, Notice, Urging, Workday
from proposals.services.assignment import assign
from proposals.services.slips import issue_slip
from proposals.services.urging import urge
from tests.proposals.stages import registered
from tests.world import World

LATE = date(2026, 12, 28)  # a Monday
DAY = "2027-01-04（暂定）"


@pytest.fixture
def share(world: World) -> Assignment:
    """A case whose every clock ends beyond the known calendar."""
    Workday.objects.filter(date__year__gte=2027).delete()
    DeadlineRule.objects.filter(kind__in=("reply", "opinion", "slip")).update(unit="working_days", amount=5)
    with clock.at(LATE):
        assign(world.office_staff, proposal=registered(world), lead=world.sfj, co_handlers=[world.gaj])
    assert not Deadline.objects.filter(is_provisional=False).exists()
    return Assignment.objects.get(role="lead")


def page(client: Client, who: object, address: str) -> str:
    client.force_login(who)  # type: ignore[arg-type]
    with clock.at(LATE):
        answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_lists_case_work_list_and_confirmations_mark_it(world: World, share: Assignment, client: Client) -> None:
    case = reverse("proposal-detail", args=[share.proposal_id])
    reply = Deadline.objects.get(kind="reply")

    assert "暂定" in page(client, world.office_staff, reverse("proposal-list"))
    assert f"答复截止日 {DAY}" in page(client, world.office_staff, case)
    assert DAY in page(client, world.office_staff, f"{case}?tab=handling")
    assert DAY in page(client, world.sfj_clerk, reverse("work"))
    assert f"答复截止日 {DAY}" in page(client, world.sfj_clerk, reverse("assignment-accept", args=[share.pk]))
    assert f"现在的截止日是 {DAY}" in page(client, world.office_staff, reverse("deadline-change", args=[reply.pk]))


def test_the_log_of_the_case_marks_it(world: World, share: Assignment) -> None:
    assert f"答复截止日{DAY}，会办意见截止日{DAY}" in Event.objects.get(kind="assign").text


def test_slips_and_urgings_mark_it_on_page_and_print(world: World, share: Assignment, client: Client) -> None:
    with clock.at(LATE):
        slip = issue_slip(world.office_staff, proposal=share.proposal, bureau=world.sfj, text="报送进展", key="a")
        urge(world.office_staff, proposal=share.proposal, text="请抓紧：{事项}", key="b")

    assert "2027年1月4日（暂定）" in page(client, world.sfj_clerk, reverse("slip-detail", args=[slip.pk]))
    assert DAY in page(client, world.sfj_clerk, reverse("slip-list"))
    assert DAY in page(client, world.sfj_clerk, reverse("slip-answer", args=[slip.pk]))
    assert "截止2027年1月4日（暂定）" in Urging.objects.get().text
    assert Notice.objects.filter(text__contains="2027年1月4日（暂定）前报送", kind="slip_told").exists()


@pytest.mark.parametrize(
    ("address", "who"),
    [("proposal-export", "office_staff"), ("work-export", "sfj_clerk"), ("slip-export", "office_staff")],
)
def test_sheets_have_a_column_for_it(world: World, share: Assignment, client: Client, address: str, who: str) -> None:
    with clock.at(LATE):
        issue_slip(world.office_staff, proposal=share.proposal, bureau=world.sfj, text="报送进展", key="a")
        client.force_login(getattr(world, who))
        answer = client.get(reverse(address), {"do": "file"})
        head, *rows = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active.values  # type: ignore[attr-defined]

    assert {dict(zip(head, row, strict=True))["期限暂定"] for row in rows} == {"暂定"}


def test_a_known_day_bears_no_mark(world: World, client: Client) -> None:
    with clock.at(date(2026, 3, 2)):
        assign(world.office_staff, proposal=registered(world), lead=world.sfj)
    client.force_login(world.sfj_clerk)
    with clock.at(date(2026, 3, 2)):
        assert "暂定" not in client.get(reverse("work")).content.decode()
