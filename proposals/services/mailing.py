"""Delivering mails that stand as rows. Delivery is at-least-once by nature: a repeat bears the same Message-ID."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from socket import gaierror

from django.core.mail import EmailMessage
from django.db.models import F

from panjin_portal.lib.clock import now
from proposals.models import OutgoingMail
from proposals.models.reminders import DeliveryState

log = logging.getLogger(__name__)

# Longer than any attempt (EMAIL_TIMEOUT is seconds): the mail of a killed worker goes out again.
LEASE = timedelta(minutes=10)
PAUSES = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=8))
MOST_ATTEMPTS = len(PAUSES) + 1
BATCH = 200
BROKEN_OFF = "多次发送都中途中断"
NO_ADDRESS = "收件人已停用或没有邮箱"
UNREACHABLE = (ConnectionError, TimeoutError, gaierror)


class Attempt(Enum):
    """How one attempt ended; TAKEN: another worker has this mail."""

    SENT = "sent"
    FAILED = "failed"
    TAKEN = "taken"
    NO_SERVER = "no server"


@dataclass(frozen=True)
class Delivery:
    """Counts of one run."""

    sent: int
    failed: int


def send_pending() -> Delivery:
    """Deliver every mail whose moment has come. One refused address does not hold up the others; a server that cannot
    be reached ends the run, so that a worker does not sit through its timeout for each mail."""
    waiting = OutgoingMail.objects.filter(state=DeliveryState.PENDING, next_try_at__lte=now())
    # Workers that die in the middle of a mail never report a failure: their attempts are bounded here.
    waiting.filter(attempts__gte=MOST_ATTEMPTS).update(state=DeliveryState.FAILED, last_error=BROKEN_OFF)
    outcomes: list[Attempt] = []
    for pk in list(waiting.order_by("id").values_list("pk", flat=True)[:BATCH]):
        outcomes.append(_deliver(pk))
        if outcomes[-1] is Attempt.NO_SERVER:
            break
    failed = outcomes.count(Attempt.FAILED) + outcomes.count(Attempt.NO_SERVER)
    return Delivery(sent=outcomes.count(Attempt.SENT), failed=failed)


def retry(mail: OutgoingMail) -> bool:
    """Put a mail that was given up back in line, with all its attempts. True when it was one."""
    failed = OutgoingMail.objects.filter(pk=mail.pk, state=DeliveryState.FAILED)
    return failed.update(state=DeliveryState.PENDING, attempts=0, next_try_at=now(), last_error="") == 1


def _deliver(pk: int) -> Attempt:
    """One attempt. The conditional UPDATE is the lock, so no transaction is open while the server is spoken to."""
    moment = now()
    claimed = OutgoingMail.objects.filter(pk=pk, state=DeliveryState.PENDING, next_try_at__lte=moment).update(
        attempts=F("attempts") + 1, next_try_at=moment + LEASE
    )
    if claimed != 1:
        return Attempt.TAKEN
    mail = OutgoingMail.objects.select_related("recipient").get(pk=pk)
    if not (mail.recipient.is_active and mail.recipient.email):
        _give_up(mail, NO_ADDRESS)
        return Attempt.FAILED
    message = EmailMessage(
        subject=mail.subject,
        body=mail.body,
        to=[mail.recipient.email],
        headers={"Message-ID": mail.message_id},
    )
    try:
        message.send()
    except Exception as error:  # any fault of a mail server or a spool folder is this mail's, not the run's
        log.warning("mail %s: attempt %s failed: %s", mail.pk, mail.attempts, type(error).__name__)
        _put_off(mail, error)
        return Attempt.NO_SERVER if isinstance(error, UNREACHABLE) else Attempt.FAILED
    OutgoingMail.objects.filter(pk=pk).update(state=DeliveryState.SENT, sent_at=now(), last_error="")
    return Attempt.SENT


def _put_off(mail: OutgoingMail, error: Exception) -> None:
    reason = type(error).__name__  # the words of the error may name the address
    if mail.attempts >= MOST_ATTEMPTS:
        _give_up(mail, reason)
        return
    pause = PAUSES[mail.attempts - 1]
    OutgoingMail.objects.filter(pk=mail.pk).update(next_try_at=now() + pause, last_error=reason)


def _give_up(mail: OutgoingMail, reason: str) -> None:
    OutgoingMail.objects.filter(pk=mail.pk).update(state=DeliveryState.FAILED, last_error=reason)
