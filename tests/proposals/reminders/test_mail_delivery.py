"""Mails stand as rows and are delivered in bounded attempts."""

from __future__ import annotations

import smtplib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db import connection

from panjin_portal.lib import clock
from proposals.models import OutgoingMail, User
from proposals.services import mailing
from proposals.services.mailing import LEASE, MOST_ATTEMPTS, PAUSES, Delivery, retry, send_pending
from tests.proposals.reminders.clocks import DUE, morning
from tests.world import World

NOON = morning(DUE)


def waiting_mail(recipient: User, number: int = 1) -> OutgoingMail:
    return OutgoingMail.objects.create(
        recipient=recipient,
        message_id=f"<{number}@panjin.example>",
        subject=f"提醒{number}",
        body="正文",
        next_try_at=NOON,
        created_at=NOON,
    )


def send_at(after: timedelta = timedelta()) -> Delivery:
    with clock.at(NOON + after):
        return send_pending()


@pytest.fixture
def refusing(monkeypatch: pytest.MonkeyPatch) -> dict[str, Exception]:
    """Addresses the mail server refuses, each with its error."""
    refused: dict[str, Exception] = {}
    deliver = EmailMessage.send

    def send(message: EmailMessage, *args: Any, **options: Any) -> int:
        error = refused.get(message.to[0])
        if error:
            raise error
        return deliver(message, *args, **options)

    monkeypatch.setattr(EmailMessage, "send", send)
    return refused


def refusal(address: str) -> Exception:
    return smtplib.SMTPRecipientsRefused({address: (550, b"no such user")})


def test_a_pending_mail_is_sent_once(world: World) -> None:
    row = waiting_mail(world.gaj_clerk)

    assert send_at() == Delivery(sent=1, failed=0)
    assert send_at(timedelta(hours=1)) == Delivery(sent=0, failed=0)

    (message,) = mail.outbox
    row.refresh_from_db()
    assert (message.to, message.subject) == ([world.gaj_clerk.email], "提醒1")
    assert message.extra_headers["Message-ID"] == row.message_id
    assert (row.state, row.sent_at, row.attempts) == ("sent", NOON, 1)


def test_a_refused_address_does_not_hold_up_the_others(world: World, refusing: dict[str, Exception]) -> None:
    bad, good = waiting_mail(world.gaj_clerk), waiting_mail(world.scj_clerk, 2)
    refusing[world.gaj_clerk.email] = refusal(world.gaj_clerk.email)

    assert send_at() == Delivery(sent=1, failed=1)

    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.state, bad.last_error, bad.next_try_at) == ("pending", "SMTPRecipientsRefused", NOON + PAUSES[0])
    assert good.state == "sent"


def test_every_attempt_bears_the_same_message_id(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    row = waiting_mail(world.gaj_clerk)
    tried: list[str] = []

    def send(message: EmailMessage, *args: Any, **options: Any) -> int:
        tried.append(str(message.message()["Message-ID"]))
        raise smtplib.SMTPServerDisconnected

    monkeypatch.setattr(EmailMessage, "send", send)
    for day in range(3):
        send_at(timedelta(days=day))

    assert tried == [row.message_id] * 3


def test_attempts_end_after_growing_pauses(world: World, refusing: dict[str, Exception]) -> None:
    row = waiting_mail(world.gaj_clerk)
    refusing[world.gaj_clerk.email] = refusal(world.gaj_clerk.email)
    moment = timedelta()
    for pause in PAUSES:
        assert send_at(moment).failed == 1
        assert send_at(moment + pause - timedelta(seconds=1)) == Delivery(0, 0)
        moment += pause
    assert send_at(moment).failed == 1

    row.refresh_from_db()
    assert (row.state, row.attempts) == ("failed", MOST_ATTEMPTS)
    assert send_at(timedelta(days=9)) == Delivery(0, 0)


def test_a_mail_given_up_can_be_put_back_in_line(world: World) -> None:
    row = waiting_mail(world.gaj_clerk)
    OutgoingMail.objects.filter(pk=row.pk).update(state="failed", attempts=MOST_ATTEMPTS)

    with clock.at(NOON):
        assert retry(world.admin, mail=row)
        assert not retry(world.admin, mail=row)
    assert send_at().sent == 1
    with clock.at(NOON):
        assert not retry(world.admin, mail=row)


def test_an_unreachable_server_ends_the_run_and_loses_nothing(world: World, refusing: dict[str, Exception]) -> None:
    waiting_mail(world.gaj_clerk)
    second = waiting_mail(world.scj_clerk, 2)
    refusing[world.gaj_clerk.email] = ConnectionRefusedError(111, "refused")

    assert send_at() == Delivery(sent=0, failed=1)
    second.refresh_from_db()
    assert (second.state, second.attempts) == ("pending", 0)
    refusing.clear()
    assert send_at(PAUSES[0]).sent == 2


def test_the_mail_of_a_killed_worker_goes_out_after_its_lease(world: World) -> None:
    row = waiting_mail(world.gaj_clerk)
    OutgoingMail.objects.filter(pk=row.pk).update(attempts=1, next_try_at=NOON + LEASE)  # claimed, then nothing

    assert send_at() == Delivery(0, 0)
    assert send_at(LEASE).sent == 1


def test_a_mail_that_kills_every_worker_is_given_up(world: World) -> None:
    row = waiting_mail(world.gaj_clerk)
    OutgoingMail.objects.filter(pk=row.pk).update(attempts=MOST_ATTEMPTS)

    assert send_at() == Delivery(0, 0)
    row.refresh_from_db()
    assert (row.state, row.last_error) == ("failed", mailing.BROKEN_OFF)
    assert mail.outbox == []


@pytest.mark.parametrize("change", [{"email": ""}, {"is_active": False}])
def test_a_person_who_can_no_longer_be_written_to_gets_nothing(world: World, change: dict[str, object]) -> None:
    row = waiting_mail(world.gaj_clerk)
    User.objects.filter(pk=world.gaj_clerk.pk).update(**change)

    assert send_at() == Delivery(sent=0, failed=1)
    row.refresh_from_db()
    assert (row.state, row.last_error) == ("failed", mailing.NO_ADDRESS)
    assert mail.outbox == []


def test_no_address_is_written_to_the_log(
    world: World, refusing: dict[str, Exception], caplog: pytest.LogCaptureFixture
) -> None:
    waiting_mail(world.gaj_clerk)
    refusing[world.gaj_clerk.email] = refusal(world.gaj_clerk.email)

    send_at()

    assert "SMTPRecipientsRefused" in caplog.text
    assert world.gaj_clerk.email not in caplog.text
    assert OutgoingMail.objects.filter(last_error__contains="@").count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_deliver_each_mail_once(world: World) -> None:
    rows = [waiting_mail(world.gaj_clerk, number) for number in range(8)]
    together = Barrier(2)

    def deliver() -> Delivery:
        together.wait(20)
        try:
            return send_at()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        outcomes = [future.result(60) for future in [pool.submit(deliver), pool.submit(deliver)]]

    assert sum(outcome.sent for outcome in outcomes) == 8
    assert sorted(message.subject for message in mail.outbox) == sorted(row.subject for row in rows)
