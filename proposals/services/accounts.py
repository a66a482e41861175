"""Log-ins and passwords: seeing where one is signed in, signing out elsewhere, changing and resetting a password."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare, salted_hmac

from panjin_portal.lib.clock import now
from proposals.errors import NotAllowed
from proposals.models import Login, User
from proposals.services.events import record_site_event


@dataclass(frozen=True)
class Place:
    """One log-in as its owner sees it. ``mark`` names it in addresses; the session's key cannot be told from it."""

    mark: str
    browser: str
    address: str
    begun_at: datetime | None
    seen_at: datetime | None
    is_this: bool


def places_of(user: User, *, this_key: str | None) -> list[Place]:
    """Where ``user`` is signed in now: this place first, then the last used."""
    rows = [_place(row, this_key) for row in _running(user).order_by("-seen_at")]
    return sorted(rows, key=lambda place: not place.is_this)


def end_login(user: User, *, mark: str) -> bool:
    """Sign ``user`` out at the place named ``mark``; False when there is none of his of that name."""
    keys = [row.pk for row in _running(user) if constant_time_compare(_mark(row.pk), mark)]
    return bool(Login.objects.filter(user=user, pk__in=keys).delete()[0])


def end_other_logins(user: User, *, this_key: str | None) -> int:
    """Sign ``user`` out everywhere but here; how many log-ins that ended."""
    return Login.objects.filter(user=user).exclude(pk=this_key or "").delete()[0]


@transaction.atomic
def end_all_logins(actor: User, *, people: Iterable[User]) -> int:
    """Sign ``people`` out everywhere, by an administrator; one event each on the site chain. How many log-ins ended.

    Raises NotAllowed for whoever may not manage accounts.
    """
    _insist_manager(actor)
    return sum(_end_all(actor, person) for person in people)


@transaction.atomic
def require_new_password(actor: User, *, user: User) -> None:
    """After an administrator has set the password of ``user``: he chooses his own at the next log-in, and whoever is
    signed in with the old one is not any more. Raises NotAllowed as ``end_all_logins``."""
    _insist_manager(actor)
    User.objects.filter(pk=user.pk).update(must_change_password=True)
    record_site_event(actor, kind="password_reset", text=f"重设了用户{user.pk}的密码", data={"user": user.pk})
    _end_all(actor, user)


@transaction.atomic
def change_password(user: User, *, password: str, this_key: str | None) -> None:
    """Give ``user`` the password he chose, which has passed the validators, and sign him out elsewhere."""
    row = User.objects.select_for_update().get(pk=user.pk)
    row.set_password(password)
    row.must_change_password = False
    row.save(update_fields=["password", "must_change_password"])
    user.password, user.must_change_password = row.password, False
    end_other_logins(user, this_key=this_key)


def forget_ended_logins() -> int:
    """Remove the rows of sessions that have run out; how many."""
    return Login.objects.filter(expire_date__lt=now()).delete()[0]


def _end_all(actor: User, person: User) -> int:
    ended = Login.objects.filter(user=person).delete()[0]
    data = {"user": person.pk, "ended": ended}
    record_site_event(actor, kind="sign_out", text=f"退出用户{person.pk}的全部登录，共{ended}处", data=data)
    return ended


def _insist_manager(actor: User) -> None:
    if not actor.has_perm("proposals.change_user"):
        raise NotAllowed("只有系统管理员可以管理别人的登录。")


def _running(user: User) -> QuerySet[Login]:
    moment = now()
    begun_after = moment - timedelta(hours=settings.SESSION_MAX_HOURS)
    return Login.objects.filter(user=user, expire_date__gt=moment, begun_at__gt=begun_after)


def _place(row: Login, this_key: str | None) -> Place:
    return Place(_mark(row.pk), row.browser, row.address, row.begun_at, row.seen_at, row.pk == this_key)


def _mark(key: str) -> str:
    return salted_hmac("panjin.login", key).hexdigest()[:24]
