"""Delivering messages that stand as rows. Delivery is at-least-once by nature: a repeat bears the same Message-ID."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from socket import gaierror

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F

from panjin_portal.lib.clock import now
from proposals.models import Channel, OutgoingMail, User
from proposals.models.reminders import GATEWAYS, DeliveryState
from proposals.services import gateways
from proposals.services.events import record_site_event

log = logging.getLogger(__name__)

# Longer than any attempt (EMAIL_TIMEOUT is seconds): the mail of a killed worker goes out again.
LEASE = timedelta(minutes=10)
PAUSES = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=8))
MOST_ATTEMPTS = len(PAUSES) + 1
BATCH = 200
BROKEN_OFF = "多次发送都中途中断"
NO_ADDRESS = "收件人已停用或没有地址"
IN_A_ROW = 3  # so many refusals one after the other: the gateway itself is out of order
MAIL_FIRST = (Channel.MAIL, *GATEWAYS)
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
    """Deliver every message whose moment has come. One refused address does not hold up the others; a server that
    cannot be reached ends the run for its channel, so that a worker does not sit through its timeout for each one."""
    pending = OutgoingMail.objects.filter(state=DeliveryState.PENDING)
    # No pause is so long: the clock was ahead when this was put off, and would let it wait for the wrong day.
    pending.filter(next_try_at__gt=now() + PAUSES[-1]).update(next_try_at=now())
    waiting = pending.filter(next_try_at__lte=now())
    # Workers that die in the middle of a mail never report a failure: their attempts are bounded here.
    waiting.filter(attempts__gte=MOST_ATTEMPTS).update(state=DeliveryState.FAILED, last_error=BROKEN_OFF)
    every: list[Attempt] = []
    for channel in MAIL_FIRST:  # each with its own batch: what piles up for a dead gateway stands in nobody's way
        so_far: list[Attempt] = []
        for pk in list(waiting.filter(channel=channel).order_by("id").values_list("pk", flat=True)[:BATCH]):
            if _is_down(channel, so_far):
                break
            so_far.append(_deliver(pk))
        every += so_far
    failed = every.count(Attempt.FAILED) + every.count(Attempt.NO_SERVER)
    return Delivery(sent=every.count(Attempt.SENT), failed=failed)


def _is_down(channel: str, so_far: list[Attempt]) -> bool:
    if Attempt.NO_SERVER in so_far[-1:]:
        return True
    return channel != Channel.MAIL and so_far[-IN_A_ROW:] == [Attempt.FAILED] * IN_A_ROW


@transaction.atomic
def retry(actor: User, *, mail: OutgoingMail) -> bool:
    """Put a message that was given up back in line, with all its attempts, and say so in the log. True when it was one.
    It keeps its Message-ID: whoever got it after all sees that it is the same."""
    failed = OutgoingMail.objects.filter(pk=mail.pk, state=DeliveryState.FAILED)
    if failed.update(state=DeliveryState.PENDING, attempts=0, next_try_at=now(), last_error="") != 1:
        return False
    label = Channel(mail.channel).label
    record_site_event(
        actor,
        kind="message_retried",
        text=f"重新发送失败的{label}（编号{mail.pk}）",
        data={"mail": mail.pk, "channel": mail.channel, "error": mail.last_error},
    )
    return True


def _deliver(pk: int) -> Attempt:
    """One attempt. The conditional UPDATE is the lock, so no transaction is open while the server is spoken to."""
    moment = now()
    claimed = OutgoingMail.objects.filter(pk=pk, state=DeliveryState.PENDING, next_try_at__lte=moment).update(
        attempts=F("attempts") + 1, next_try_at=moment + LEASE
    )
    if claimed != 1:
        return Attempt.TAKEN
    mail = OutgoingMail.objects.select_related("recipient").get(pk=pk)
    address = mail.recipient.email if mail.channel == Channel.MAIL else gateways.address_of(mail)
    if not (mail.recipient.is_active and address):
        _give_up(mail, NO_ADDRESS)
        return Attempt.FAILED
    try:
        _hand_over(mail, address)
    except Exception as error:  # any fault of a mail server or a spool folder is this mail's, not the run's
        log.warning("message %s: attempt %s failed: %s", mail.pk, mail.attempts, type(error).__name__)
        _put_off(mail, error)
        return Attempt.NO_SERVER if isinstance(error, UNREACHABLE) else Attempt.FAILED
    OutgoingMail.objects.filter(pk=pk).update(state=DeliveryState.SENT, sent_at=now(), last_error="")
    return Attempt.SENT


def _hand_over(mail: OutgoingMail, address: str) -> None:
    if mail.channel != Channel.MAIL:
        gateways.deliver(mail, address)
        return
    headers = {"Message-ID": mail.message_id}
    EmailMessage(subject=mail.subject, body=mail.body, to=[address], headers=headers).send()


def _put_off(mail: OutgoingMail, error: Exception) -> None:
    reason = type(error).__name__  # the words of the error may name the address
    if mail.attempts >= MOST_ATTEMPTS:
        _give_up(mail, reason)
        return
    pause = PAUSES[mail.attempts - 1]
    OutgoingMail.objects.filter(pk=mail.pk).update(next_try_at=now() + pause, last_error=reason)


def _give_up(mail: OutgoingMail, reason: str) -> None:
    OutgoingMail.objects.filter(pk=mail.pk).update(state=DeliveryState.FAILED, last_error=reason)
