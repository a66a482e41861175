"""``manage.py send_reminders`` and the tasks: what they print and start."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from panjin_portal.lib import clock
from proposals import tasks
from proposals.models import Notice, OutgoingMail, Reminder
from tests.proposals.reminders.clocks import DUE, case, morning, running
from tests.world import World


def run(*arguments: str) -> tuple[list[str], str]:
    out, err = StringIO(), StringIO()
    call_command("send_reminders", *arguments, stdout=out, stderr=err)
    return out.getvalue().splitlines(), err.getvalue()


def test_a_dry_run_prints_one_line_each_and_writes_nothing(world: World) -> None:
    running(world)
    running(world, due_on=DUE + timedelta(days=3), proposal=case(world, "006"))

    lines, _ = run("--at", "2022-08-19T09:00", "--dry-run")

    assert lines[-1] == "4 due"
    assert len(lines) == 5
    assert lines[0] == (
        f"用户{world.gaj_clerk.pk} 平台通知 答复今天到期（2022-08-19）：第005号 关于推动盘锦市营商环境法治化建设"
    )
    assert not Reminder.objects.exists()
    assert not Notice.objects.exists()


def test_nothing_due_says_so(world: World) -> None:
    assert run("--at", "2022-08-19", "--dry-run")[0] == ["0 due"]


def test_a_run_sends_and_the_next_one_finds_all_in_the_ledger(world: World) -> None:
    running(world)

    assert run("--at", "2022-08-19T09:00")[0][-1] == "2 sent, 0 already in the ledger"
    assert run("--at", "2022-08-19T09:10")[0][-1] == "0 sent, 2 already in the ledger"
    assert [message.to for message in mail.outbox] == [[world.gaj_clerk.email]]
    assert OutgoingMail.objects.get().state == "sent"


def test_outside_office_hours_it_says_why_nothing_is_sent(world: World) -> None:
    running(world)

    lines, explanation = run("--at", "2022-08-19T22:00")

    assert lines[-1] == "0 sent, 0 already in the ledger"
    assert "不是工作时间" in explanation


def test_a_moment_that_cannot_be_read_is_refused(db: None) -> None:
    with pytest.raises(CommandError, match="时间写作"):
        run("--at", "明天上午")


def test_the_task_scans_and_delivers(world: World) -> None:
    running(world)

    with clock.at(morning(DUE)):
        tasks.scan_reminders.delay()

    assert len(mail.outbox) == 1


def test_the_mail_task_delivers_what_waits(world: World) -> None:
    OutgoingMail.objects.create(
        recipient=world.gaj_clerk,
        message_id="<1@panjin.example>",
        subject="提醒",
        body="正文",
        next_try_at=morning(DUE),
        created_at=morning(DUE),
    )

    tasks.send_pending_mail.delay()

    assert len(mail.outbox) == 1
