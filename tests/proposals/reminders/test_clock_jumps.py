"""A server's clock that jumps ahead and back again: nothing is said twice, and no mail waits for the wrong year."""

from __future__ import annotations

import smtplib
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage

from panjin_portal.lib import clock
from proposals.models import Notice, OutgoingMail, Reminder
from proposals.services.mailing import PAUSES, send_pending
from proposals.services.reminding import remind
from tests.proposals.reminders.clocks import DUE, morning, running
from tests.world import World

pytestmark = pytest.mark.django_db

YEAR = timedelta(days=364)  # the same day of the week


def run_on(days: int) -> int:
    with clock.at(morning(DUE + timedelta(days=days))):
        sent = remind().sent
        send_pending()
    return sent


def occasions() -> list[str]:
    return sorted(set(Reminder.objects.values_list("occasion", flat=True)))


def test_what_was_said_before_a_jump_is_not_said_again_after_it(world: World) -> None:
    running(world)
    assert [run_on(-7) > 0, run_on(-1) > 0] == [True, True]  # the clock jumps six days ahead
    assert run_on(-7) == 0  # and back
    assert run_on(-3) > 0  # what it had passed over is said when its day comes in earnest
    assert run_on(-1) == 0

    assert occasions() == ["before_1", "before_3", "before_7"]
    told = list(Reminder.objects.values_list("occasion", "recipient", "channel"))
    assert len(told) == len(set(told))
    by_portal = Reminder.objects.filter(channel="portal").count()
    assert Notice.objects.filter(reminder__isnull=False).count() == by_portal
    assert len(mail.outbox) == OutgoingMail.objects.count()
    assert not OutgoingMail.objects.exclude(state="sent").exists()


def test_a_mail_put_off_in_the_wrong_year_goes_out_when_the_clock_is_right(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    running(world)

    def refuse(self: EmailMessage, *_: Any) -> int:
        raise smtplib.SMTPServerDisconnected

    with monkeypatch.context() as patch, clock.at(morning(DUE) + YEAR):
        patch.setattr(EmailMessage, "send", refuse)
        remind()
        send_pending()
    waiting = OutgoingMail.objects.filter(state="pending").count()
    assert waiting > 0

    with clock.at(morning(DUE)):
        send_pending()

    assert len(mail.outbox) == waiting
    assert not OutgoingMail.objects.exclude(state="sent").exists()


def test_a_mail_that_waits_for_its_next_try_still_waits(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    running(world)

    def refuse(self: EmailMessage, *_: Any) -> int:
        raise smtplib.SMTPServerDisconnected

    moment = morning(DUE)
    with monkeypatch.context() as patch, clock.at(moment):
        patch.setattr(EmailMessage, "send", refuse)
        remind()
        for pause in (timedelta(), *PAUSES[:-1]):
            moment += pause
            with clock.at(moment):
                send_pending()
    with clock.at(moment + PAUSES[-1] - timedelta(minutes=1)):
        send_pending()

    assert mail.outbox == []
    assert set(OutgoingMail.objects.values_list("attempts", flat=True)) == {len(PAUSES)}
