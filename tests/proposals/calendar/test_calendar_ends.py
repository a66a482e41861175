"""Before the calendar ends: seen on pages, told once a week."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from panjin_portal.lib import clock
from panjin_portal.lib.clock import SHANGHAI
from proposals.models import CalendarWarning, Notice, NoticeMail, OutgoingMail, Workday
from proposals.services.calendar_warning import warn_of_calendar_end
from proposals.services.notice_mails import mail_at_once
from tests.world import World

KNOWN = date(2026, 12, 31)
FIRST_DAY = KNOWN - timedelta(days=90)  # 2 October 2026: inside the holidays


@pytest.fixture(autouse=True)
def ends_with_2026(world: World) -> None:
    Workday.objects.filter(date__year__gte=2027).delete()


def at(day: str, hour: int = 9) -> datetime:
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), SHANGHAI).replace(hour=hour)


def warn(*moments: datetime) -> list[bool]:
    told = []
    for moment in moments:
        with clock.at(moment):
            told.append(warn_of_calendar_end())
    return told


def test_nobody_is_told_while_there_is_time_at_night_or_on_a_day_off() -> None:
    assert warn(at("2026-09-30"), at("2026-10-08", 6), at("2026-10-08", 19), at("2026-10-07")) == [False] * 4
    assert not Notice.objects.exists()


def test_committee_and_administrators_are_told_once_in_each_week(world: World) -> None:
    """8 October 2026 is the first day at work within 90 days; Saturday the 10th is a make-up day of the same week."""
    days = ["2026-10-08", "2026-10-08", "2026-10-09", "2026-10-10", "2026-10-12", "2026-10-16", "2026-10-19"]

    assert warn(*map(at, days)) == [True, False, False, False, True, False, True]
    assert CalendarWarning.objects.count() == 3
    notices = Notice.objects.filter(kind="calendar_ends")
    people = {world.committee_staff, world.committee_colleague, world.admin}
    assert {notice.recipient for notice in notices} == people
    assert notices.count() == 3 * len(people)
    assert "放假调休安排只到2026年12月31日" in notices[0].text


def test_a_missed_monday_is_made_up_on_the_next_day_at_work() -> None:
    assert warn(at("2026-10-14")) == [True]


def test_it_goes_on_after_the_end_until_a_year_is_loaded(world: World) -> None:
    assert warn(at("2027-01-11")) == [True]
    Workday.objects.create(date=date(2027, 1, 1), is_working=False, is_confirmed=True)
    assert warn(at("2027-01-18")) == [False]


def test_the_notice_goes_out_by_mail_like_every_other(world: World) -> None:
    world.admin.notice_mail = NoticeMail.OFFICE_HOURS
    world.admin.save()
    with clock.at(at("2026-10-08")):
        warn_of_calendar_end()
        assert mail_at_once() == 1

    (mail,) = OutgoingMail.objects.filter(recipient=world.admin)
    assert mail.subject == "工作日历快要到期"
    assert reverse("admin:proposals_workday_import") in mail.body


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("committee_staff", True),
        ("office_staff", True),
        ("admin", True),
        ("sfj_clerk", False),
        ("minjian_contact", False),
    ],
)
def test_those_who_keep_it_in_mind_see_it_on_their_pages(world: World, client: Client, who: str, sees: bool) -> None:
    client.force_login(getattr(world, who))
    with clock.at(at("2026-10-08")):
        near = client.get(reverse("work")).content.decode()
    with clock.at(at("2026-09-01")):
        far = client.get(reverse("work")).content.decode()

    assert ("放假调休安排只到2026年12月31日" in near) is sees
    assert "放假调休安排只到" not in far


def test_system_management_shows_until_when_it_is_known(world: World, client: Client) -> None:
    client.force_login(world.admin)
    page = client.get(reverse("admin:proposals_workday_changelist")).content.decode()

    assert "已知到 <strong>2026-12-31</strong>" in page
    assert reverse("admin:proposals_workday_import") in page
