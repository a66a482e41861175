"""A run writes each reminder once: again, later, after a missed night, or in two places at the same moment."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from panjin_portal.lib import clock
from proposals import reminders
from proposals.models import Deadline, Notice, OutgoingMail, Reminder
from proposals.reminders import Plan
from proposals.services import reminding
from proposals.services.reminding import Outcome, remind
from tests.proposals.reminders.clocks import DUE, case, morning, running
from tests.services import second_process_environment
from tests.world import World

ROOT = Path(__file__).resolve().parents[3]


def run_at(moment: datetime) -> Outcome:
    with clock.at(moment):
        return remind()


def test_a_reminder_is_a_ledger_row_a_notice_and_a_mail(world: World) -> None:
    running(world)

    assert run_at(morning(DUE)) == Outcome(sent=2, already=0, in_office_hours=True)

    notice = Notice.objects.get()
    mail = OutgoingMail.objects.get()
    by_mail = Reminder.objects.get(channel="mail")
    assert (notice.recipient, notice.link) == (world.gaj_clerk, "/proposals/1/")
    assert notice.reminder == Reminder.objects.get(channel="portal")
    assert notice.text == "答复今天到期（2022-08-19）：第005号 关于推动盘锦市营商环境法治化建设"
    assert (by_mail.mail, mail.recipient, mail.state) == (mail, world.gaj_clerk, "pending")


def test_a_second_run_finds_all_in_the_ledger(world: World) -> None:
    running(world, of=world.sfj)
    run_at(morning(DUE))

    assert run_at(morning(DUE) + timedelta(minutes=10)) == Outcome(sent=0, already=4, in_office_hours=True)
    assert (Reminder.objects.count(), Notice.objects.count(), OutgoingMail.objects.count()) == (4, 2, 2)


def test_each_occasion_of_a_deadline_is_sent_once(world: World) -> None:
    running(world)

    days = (-31, -30, -16, -15, -8, -7, -4, -3, -2, -1, 0, 3, 4, 5, 6, 7, 9, 10, 13)
    sent = {day: run_at(morning(DUE + timedelta(days=day))).sent for day in days}

    # A Friday: three days later is the first working day after, seven the fifth, ten the Monday of the week after.
    assert [day for day, count in sent.items() if count] == [-30, -15, -7, -3, -1, 0, 3, 5, 7, 10]
    occasions = list(Reminder.objects.order_by("id").values_list("occasion", flat=True))
    assert list(dict.fromkeys(occasions)) == [
        *("before_30", "before_15", "before_7", "before_3", "before_1", "due"),
        *("after_1", "after_3", "after_5", "week_20220829"),
    ]


def test_a_missed_night_is_caught_up_by_the_next_run(world: World) -> None:
    running(world)

    assert run_at(morning(DUE - timedelta(days=4))).sent == 2
    assert Reminder.objects.filter(occasion="before_7").count() == 2


def test_after_a_month_without_runs_only_the_newest_occasion_is_sent(world: World) -> None:
    running(world)

    run_at(morning(DUE + timedelta(days=31)))

    assert set(Reminder.objects.values_list("occasion", flat=True)) == {"week_20220919"}
    assert Reminder.objects.filter(recipient=world.gaj_clerk).count() == 2


def test_the_longer_it_is_overdue_the_more_people_hear_of_it(world: World) -> None:
    running(world, of=world.sfj)
    clerks = {world.sfj_clerk, world.sfj_clerk_colleague}
    steps = {
        0: clerks,
        3: clerks | {world.sfj_reviewer},
        5: clerks | {world.sfj_reviewer, world.sfj_leader},
        7: clerks | {world.sfj_reviewer, world.sfj_leader, world.office_staff, world.office_colleague},
    }

    for day, people in steps.items():
        run_at(morning(DUE + timedelta(days=day)))
        newest = Reminder.objects.order_by("-id").values_list("occasion", flat=True)[0]
        assert {row.recipient for row in Reminder.objects.filter(occasion=newest)} == people
    told = Notice.objects.filter(recipient=world.sfj_leader).latest("id")
    assert told.text.startswith("市司法局：答复已超期7天")  # not his to do: the notice says whose it is


def test_one_person_gets_one_mail_for_all_cases_of_a_run(world: World) -> None:
    monday = DUE + timedelta(days=3)
    running(world, due_on=monday)
    running(world, due_on=monday + timedelta(days=6), proposal=case(world, "006"))
    running(world, due_on=monday + timedelta(days=7), proposal=case(world, "008"))
    running(world, due_on=monday - timedelta(days=3), proposal=case(world, "007"))

    run_at(morning(monday))

    mail = OutgoingMail.objects.get()
    assert mail.subject == "提案办理提醒：已超期1件，今天到期1件，本周到期1件，以后到期1件"
    heads = ["【已超期】", "【今天到期】", "【本周到期】", "【以后到期】"]
    assert sorted(heads, key=mail.body.index) == heads
    line = "· 答复已超期3天（2022-08-19）：第007号 关于推动盘锦市营商环境法治化建设\n  该办：市公安局\n  http://127.0.0.1:8000/"
    assert line in mail.body
    assert mail.body.count("http://127.0.0.1:8000/proposals/1/") == 4
    assert mail.reminders.count() == 4
    assert Notice.objects.count() == 4


def test_titles_stand_in_the_mail_as_they_are_written(world: World) -> None:
    proposal = case(world)
    proposal.title = "关于“放管服”<改革> & 服务的建议"
    proposal.save()
    running(world, proposal=proposal)

    run_at(morning(DUE))

    assert proposal.title in OutgoingMail.objects.get().body


@pytest.mark.parametrize(
    ("hour", "minute", "at_work"), [(7, 59, False), (8, 0, True), (17, 59, True), (18, 0, False), (23, 30, False)]
)
def test_reminders_go_out_at_office_hours_only(world: World, hour: int, minute: int, at_work: bool) -> None:
    running(world)

    outcome = run_at(morning(DUE).replace(hour=hour, minute=minute))

    assert outcome == Outcome(sent=2 if at_work else 0, already=0, in_office_hours=at_work)


def test_a_weekend_is_caught_up_once_on_monday(world: World) -> None:
    running(world, due_on=DUE + timedelta(days=1))

    assert run_at(morning(DUE + timedelta(days=2))).sent == 0
    assert run_at(morning(DUE + timedelta(days=3))).sent == 2
    assert run_at(morning(DUE + timedelta(days=4))).sent == 0


def test_a_day_off_is_reminded_of_on_the_working_day_before(world: World) -> None:
    running(world, due_on=DUE + timedelta(days=2))  # a Sunday

    assert run_at(morning(DUE)).sent == 2
    assert Reminder.objects.values_list("occasion", flat=True)[0] == "due"
    assert Notice.objects.get().text.startswith("答复还有2天")
    assert run_at(morning(DUE + timedelta(days=3))).sent == 2


def test_an_office_may_have_other_hours(world: World, settings: Any) -> None:
    running(world)
    settings.OFFICE_HOURS = (time(9, 30), time(16))

    assert run_at(morning(DUE)).in_office_hours is False
    assert run_at(morning(DUE) + timedelta(minutes=30)).sent == 2


def test_a_make_up_saturday_is_a_working_day(world: World) -> None:
    saturday = datetime(2022, 10, 8, 9, 0, tzinfo=clock.SHANGHAI)
    running(world, due_on=saturday.date())

    assert run_at(saturday).sent == 2
    assert Notice.objects.get().text.startswith("答复今天到期")


def test_a_deadline_met_after_the_scan_leads_to_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody finishes between the scan and the claim."""
    deadline = running(world)

    def scan_then_finish(plan: Plan) -> list[reminders.DueReminder]:
        found = reminders.due_reminders(plan)
        Deadline.objects.filter(pk=deadline.pk).update(met_at=morning(DUE))
        return found

    monkeypatch.setattr(reminding, "due_reminders", scan_then_finish)

    assert run_at(morning(DUE)).sent == 0
    assert not Reminder.objects.exists()
    assert not OutgoingMail.objects.exists()


def test_a_deadline_moved_after_the_scan_leads_to_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    deadline = running(world)

    def scan_then_move(plan: Plan) -> list[reminders.DueReminder]:
        found = reminders.due_reminders(plan)
        Deadline.objects.filter(pk=deadline.pk).update(version=2, due_on=DUE + timedelta(days=30))
        return found

    monkeypatch.setattr(reminding, "due_reminders", scan_then_move)

    assert run_at(morning(DUE)).sent == 0
    assert not Notice.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_scanners_in_step_exactly_one_wins_each_row(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have read the same list before either writes."""
    for number in range(4):
        running(world, of=world.sfj, proposal=case(world, f"{number:03}"))
    together = Barrier(2)

    def scan_in_step(plan: Plan) -> list[reminders.DueReminder]:
        found = reminders.due_reminders(plan)
        together.wait(20)
        return found

    monkeypatch.setattr(reminding, "due_reminders", scan_in_step)

    def scan() -> Outcome:
        try:
            return run_at(morning(DUE))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        outcomes = [future.result(60) for future in [pool.submit(scan), pool.submit(scan)]]
    monkeypatch.undo()
    left_over = run_at(morning(DUE))  # on PostgreSQL a row the other one held was left to the next run

    assert sum(outcome.sent for outcome in outcomes) + left_over.sent == 16
    assert Reminder.objects.count() == 16
    assert Notice.objects.count() == 8
    lines = sum(mail.body.count("· 答复今天到期") for mail in OutgoingMail.objects.all())
    assert lines == Reminder.objects.filter(channel="mail").exclude(mail=None).count() == 8


@pytest.mark.django_db(transaction=True)
def test_two_processes_send_each_reminder_once(world: World) -> None:
    for number in range(6):
        running(world, of=world.sfj, proposal=case(world, f"{number:03}"))
    command = [sys.executable, "manage.py", "send_reminders", "--at", "2022-08-19T09:00"]
    processes = [
        subprocess.Popen(command, cwd=ROOT, env=second_process_environment(), stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    last_lines = [process.communicate(timeout=60)[0].splitlines()[-1] for process in processes]
    run_at(morning(DUE))

    assert [process.returncode for process in processes] == [0, 0]
    assert all(line.endswith("already in the ledger") for line in last_lines)
    assert Reminder.objects.count() == 24
    assert Notice.objects.count() == 12
    lines = sum(mail.body.count("· 答复今天到期") for mail in OutgoingMail.objects.all())
    assert lines == 12
