"""Tasks of the ground floor: each calls one service."""

from __future__ import annotations

from celery import shared_task

from proposals.services import (
    accounts,
    anchoring,
    calendar_changes,
    calendar_warning,
    expired_invitations,
    mailing,
    notice_mails,
    reminding,
    task_runs,
    unanswered,
)


@shared_task
def scan_reminders() -> None:
    """Claim what is due, then deliver the digests at once."""
    reminding.remind()
    mailing.send_pending()


@shared_task
def send_pending_mail() -> None:
    """Write the mails of notices that go out at once, then deliver what waits for a first or another try."""
    notice_mails.mail_at_once()
    mailing.send_pending()


@shared_task
def warn_of_calendar_end() -> None:
    """Once a week while the calendar nears its end."""
    calendar_warning.warn_of_calendar_end()


@shared_task
def check_open_deadlines() -> None:
    """Catch what was reckoned by the old calendar while the new one was being loaded."""
    calendar_changes.check_open_deadlines()


@shared_task
def tell_expired_invitations() -> None:
    """Tell initiators whose invitations ran out unanswered."""
    expired_invitations.tell_expired_invitations()


@shared_task
def end_unanswered_ratings() -> None:
    """End the clocks of forms that are waited for no more."""
    unanswered.end_unanswered_ratings()


@shared_task
def anchor_events() -> None:
    """Write today's line over all chain heads."""
    anchoring.write_anchor()


@shared_task
def forget_ended_logins() -> None:
    """Remove the rows of sessions that have run out."""
    accounts.forget_ended_logins()


@shared_task
def heartbeat(queue: str) -> None:
    """Tell that the clock, the broker and a worker of ``queue`` are alive."""
    task_runs.heard(queue)
