"""A run writes each reminder once: again, later, after a missed night, or in two places at the same moment."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from django.db import connection

from panjin_portal.lib import clock
from proposals import reminders
from proposals.models import Deadline, Notice, OutgoingMail, Reminder
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

    sent = [run_at(morning(DUE + timedelta(days=day))).sent for day in (-8, -7, -4, 0, 3, 4, 20)]

    assert sent == [0, 2, 0, 2, 2, 0, 0]  # a Friday: the third and fourth day after are Monday and Tuesday
    assert set(Reminder.objects.values_list("kind", flat=True)) == {"before_7", "due", "overdue"}


def test_a_missed_night_is_caught_up_by_the_next_run(world: World) -> None:
    running(world)

    assert run_at(morning(DUE - timedelta(days=4))).sent == 2
    assert Reminder.objects.filter(kind="before_7").count() == 2


def test_after_a_month_without_runs_only_the_newest_occasion_is_sent(world: World) -> None:
    running(world)

    run_at(morning(DUE + timedelta(days=31)))

    assert list(Reminder.objects.values_list("kind", flat=True)) == ["overdue", "overdue"]


def test_one_person_gets_one_mail_for_all_cases_of_a_run(world: World) -> None:
    running(world)
    running(world, due_on=DUE + timedelta(days=5), proposal=case(world, "006"))
    running(world, due_on=DUE - timedelta(days=3), proposal=case(world, "007"))

    run_at(morning(DUE))

    mail = OutgoingMail.objects.get()
    assert mail.subject == "提案办理提醒：已超期1件，今天到期1件，一周内到期1件"
    assert mail.body.index("【已超期】") < mail.body.index("【今天到期】") < mail.body.index("【一周内到期】")
    assert "· 答复已超期3天（2022-08-16）：第007号 关于推动盘锦市营商环境法治化建设\n" in mail.body
    assert mail.body.count("http://127.0.0.1:8000/proposals/1/") == 3
    assert mail.reminders.count() == 3
    assert Notice.objects.count() == 3


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


def test_a_make_up_saturday_is_a_working_day(world: World) -> None:
    saturday = datetime(2022, 10, 8, 9, 0, tzinfo=clock.SHANGHAI)
    running(world, due_on=saturday.date())

    assert run_at(saturday).sent == 2


def test_a_deadline_met_after_the_scan_leads_to_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody finishes between the scan and the claim."""
    deadline = running(world)

    def scan_then_finish(*args: object, **options: object) -> list[reminders.DueReminder]:
        found = reminders.due_reminders(DUE)
        Deadline.objects.filter(pk=deadline.pk).update(met_at=morning(DUE))
        return found

    monkeypatch.setattr(reminding, "due_reminders", scan_then_finish)

    assert run_at(morning(DUE)).sent == 0
    assert not Reminder.objects.exists()
    assert not OutgoingMail.objects.exists()


def test_a_deadline_moved_after_the_scan_leads_to_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    deadline = running(world)

    def scan_then_move(*args: object, **options: object) -> list[reminders.DueReminder]:
        found = reminders.due_reminders(DUE)
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

    def scan_in_step(*args: object, **options: object) -> list[reminders.DueReminder]:
        found = reminders.due_reminders(DUE)
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
