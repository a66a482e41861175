"""Secret links for calendar programs: made, shown once, revoked, looked up by the hash of their token."""

from __future__ import annotations

import hashlib
import secrets

from django.db import transaction

from panjin_portal.lib.clock import now
from proposals.models import CalendarFeed, User
from proposals.services.events import record_site_event


def hash_of(token: str) -> str:
    """What the table knows of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def live_feed(user: User) -> CalendarFeed | None:
    """The link of ``user`` that is good, if there is one."""
    return CalendarFeed.objects.filter(user=user, revoked_at=None).first()


@transaction.atomic
def make_feed(actor: User) -> str:
    """A new link for ``actor``; the one before opens nothing any more. Its token (43 characters, 256 bits), which
    cannot be found out again."""
    _revoke(actor)
    token = secrets.token_urlsafe(32)
    CalendarFeed.objects.create(user=actor, token_hash=hash_of(token), created_at=now())
    record_site_event(actor, kind="calendar_link", text="生成日历订阅链接，以前的作废", data={"user": actor.pk})
    return token


@transaction.atomic
def revoke_feed(actor: User) -> bool:
    """Take the link of ``actor`` back; False when there was none."""
    if not _revoke(actor):
        return False
    record_site_event(actor, kind="calendar_link", text="作废日历订阅链接", data={"user": actor.pk})
    return True


def reader_of(token: str) -> User | None:
    """Whose link this is, read afresh; None for a token that is unknown or revoked, and for a closed account."""
    row = CalendarFeed.objects.filter(token_hash=hash_of(token), revoked_at=None, user__is_active=True)
    found = row.select_related("user").first()
    return found.user if found else None


def _revoke(user: User) -> int:
    # The person's row is locked, so two clicks at once make two links one after the other.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    return CalendarFeed.objects.filter(user=user, revoked_at=None).update(revoked_at=now())
