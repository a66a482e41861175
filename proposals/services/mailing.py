"""Delivering mails that stand as rows. Delivery is at-least-once by nature: a repeat bears the same Message-ID."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta

from django.core.mail import EmailMessage
from django.db.models import F

from panjin_portal.lib.clock import now
from proposals.models import OutgoingMail
from proposals.models.reminders import DeliveryState

log = logging.getLogger(__name__)

LEASE = timedelta(
    minutes=10
)  # longer than any attempt (EMAIL_TIMEOUT is seconds): a killed worker's mail goes out again
PAUSES = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=8))
MOST_ATTEMPTS = len(PAUSES) + 1
BATCH = 200


@dataclass(frozen=True)
class Delivery:
    """Counts of one run."""

    sent: int
    failed: int


def send_pending() -> Delivery:
    """Deliver every mail whose moment has come; one refused address does not hold up the others."""
    waiting = OutgoingMail.objects.filter(state=DeliveryState.PENDING, next_try_at__lte=now()).order_by("id")
    outcomes = [_deliver(pk) for pk in list(waiting.values_list("pk", flat=True)[:BATCH])]
    return Delivery(sent=outcomes.count(True), failed=outcomes.count(False))


def retry(mail: OutgoingMail) -> None:
    """Put a mail that was given up back in line, with all its attempts."""
    OutgoingMail.objects.filter(pk=mail.pk, state=DeliveryState.FAILED).update(
        state=DeliveryState.PENDING, attempts=0, next_try_at=now()
    )


def _deliver(pk: int) -> bool | None:
    """True sent, False failed, None taken by another. The conditional UPDATE is the lock; none is held while mailing."""
    moment = now()
    claimed = OutgoingMail.objects.filter(pk=pk, state=DeliveryState.PENDING, next_try_at__lte=moment).update(
        attempts=F("attempts") + 1, next_try_at=moment + LEASE
    )
    if claimed != 1:
        return None
    mail = OutgoingMail.objects.select_related("recipient").get(pk=pk)
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
        return False
    OutgoingMail.objects.filter(pk=pk).update(state=DeliveryState.SENT, sent_at=now(), last_error="")
    return True


def _put_off(mail: OutgoingMail, error: Exception) -> None:
    given_up = mail.attempts >= MOST_ATTEMPTS
    OutgoingMail.objects.filter(pk=mail.pk).update(
        state=DeliveryState.FAILED if given_up else DeliveryState.PENDING,
        next_try_at=now() + PAUSES[min(mail.attempts, len(PAUSES)) - 1],
        last_error=type(error).__name__,
    )
