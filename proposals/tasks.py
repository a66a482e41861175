"""Tasks of the ground floor: each calls one service."""

from __future__ import annotations

from celery import shared_task

from proposals.services import accounts, anchoring, mailing, reminding


@shared_task
def scan_reminders() -> None:
    """Claim what is due, then deliver the digests at once."""
    reminding.remind()
    mailing.send_pending()


@shared_task
def send_pending_mail() -> None:
    """Deliver mails that wait for another try."""
    mailing.send_pending()


@shared_task
def anchor_events() -> None:
    """Write today's line over all chain heads."""
    anchoring.write_anchor()


@shared_task
def forget_ended_logins() -> None:
    """Remove the rows of sessions that have run out."""
    accounts.forget_ended_logins()
