"""Notices by mail: at once or in the morning's digest, as each person chose; each notice in exactly one mail.

A notice stands with ``awaits_mail`` from the transaction of its step. A run locks such rows, writes the mail that
carries them and takes the flag away in one transaction; the mail itself is delivered like every other one
(``mailing``). So a broker that is down, a run that is repeated or two runs at once lose and double nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string

from panjin_portal.lib.clock import now, today
from proposals.models import Channel, Notice, NoticeMail, OutgoingMail, Post, User
from proposals.permissions import visible_proposals
from proposals.services.office_hours import in_office_hours, opening_of

BATCH = 200


def choose_notice_mail(person: User, *, choice: str) -> None:
    """Keep how ``person`` wants the notices by mail. What still waits follows the new choice."""
    User.objects.filter(pk=person.pk).update(notice_mail=NoticeMail(choice))


def mail_at_once() -> int:
    """Write the mails of those who want each notice by itself, the oldest ``BATCH``; gives how many notices went."""
    wanted = [NoticeMail.ANY_HOUR]
    if in_office_hours(now()):
        wanted.append(NoticeMail.OFFICE_HOURS)
    waiting = Notice.objects.filter(awaits_mail=True, recipient__notice_mail__in=wanted).order_by("id")
    sent = 0
    for user_id in dict.fromkeys(waiting.values_list("recipient_id", flat=True)[:BATCH]):
        sent += _mail_each(user_id, wanted)
    return sent


@transaction.atomic
def _mail_each(user_id: int, wanted: Sequence[str]) -> int:
    notices = claim(user_id, Q(recipient__notice_mail__in=wanted))
    for notice in notices:
        page = {"text": notice.text, "link": settings.PUBLIC_BASE_URL + notice.link, "site": settings.SITE_NAME}
        body = render_to_string("mail/notice.txt", page)
        carry([notice], write_mail(user_id, notice.subject or notice.text[:60], body))
    return len(notices)


def waiting_for_digest() -> list[int]:
    """Keys of those for whom this morning's digest has notices: what came before the office opened today (one query).
    What comes later today is in the next one, so a run repeated during the day finds nothing."""
    waiting = Notice.objects.filter(awaits_mail=True, recipient__notice_mail=NoticeMail.DIGEST)
    before = waiting.filter(created_at__lt=opening_of(now()))
    return list(before.order_by("recipient_id").values_list("recipient_id", flat=True).distinct())


def claim_for_digest(user_id: int) -> list[Notice]:
    """The notices of one person's digest, taken: the caller writes the mail in the same transaction."""
    return claim(user_id, Q(recipient__notice_mail=NoticeMail.DIGEST, created_at__lt=opening_of(now())))


def claim(user_id: int, which: Q) -> list[Notice]:
    """Lock the waiting notices of one person and end their waiting; gives those he still is to hear of, oldest first.

    Not by mail: what he has read, and what is about a case that is closed to him since (an assignment withdrawn, a post
    that ended). Without an address or an open account there is nothing to send. Needs a transaction.
    """
    waiting = Notice.objects.filter(which, awaits_mail=True, recipient=user_id).order_by("id")
    notices = list(waiting.select_related("recipient").select_for_update(skip_locked=True, of=("self",)))
    if not notices:
        return []
    Notice.objects.filter(pk__in=[row.pk for row in notices]).update(awaits_mail=False)
    return _still_concerning(notices[0].recipient, [row for row in notices if row.read_at is None])


def _still_concerning(person: User, notices: Sequence[Notice]) -> list[Notice]:
    if not (person.is_active and person.email):
        return []
    if not person.is_superuser and not Post.objects.held_on(today()).filter(user=person).exists():
        return []
    cases = {row.case_id for row in notices if row.case_id}
    seen = set(visible_proposals(person).filter(pk__in=cases).values_list("pk", flat=True)) if cases else set()
    return [row for row in notices if row.case_id is None or row.case_id in seen]


def carry(notices: Iterable[Notice], mail: OutgoingMail) -> None:
    """Note that ``mail`` carries these notices."""
    keys = [row.pk for row in notices]
    if not keys:
        return
    Notice.objects.filter(pk__in=keys, mail=None).update(mail=mail)


def write_mail(user_id: int, subject: str, body: str, *, channel: Channel = Channel.MAIL) -> OutgoingMail:
    """One message as a row, due at once. Its Message-ID stays the same however often it is tried."""
    moment = now()
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">") or "localhost"
    return OutgoingMail.objects.create(
        recipient_id=user_id,
        channel=channel.value,
        message_id=f"<{uuid4().hex}@{domain}>",
        subject=subject,
        body=body,
        next_try_at=moment,
        created_at=moment,
    )
