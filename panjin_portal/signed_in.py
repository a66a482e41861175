"""Who asks: the person of the session, read together with it."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user, load_backend
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from proposals.models import User


class SignedInMiddleware(AuthenticationMiddleware):
    """Django's, without a query of its own for the person: every page of the portal asks who is there."""

    def process_request(self, request: HttpRequest) -> None:
        """Put ``user`` on the request, found when he is first asked for."""
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: _person_of(request))  # type: ignore[assignment]


def _person_of(request: HttpRequest) -> User | AnonymousUser:
    """The holder of the session where everything about it is plainly in order; all else is for Django to judge, which
    reads him again: another backend, a changed password, a rotated key, somebody who may not sign in any more."""
    session = request.session
    given = session.get(HASH_SESSION_KEY)  # reads the session, and its holder with it
    holder: User | None = getattr(session, "holder", None)
    if (
        holder is not None
        and given
        and str(holder.pk) == session.get(SESSION_KEY)
        and _lets_in(session.get(BACKEND_SESSION_KEY, ""), holder)
        and constant_time_compare(given, holder.get_session_auth_hash())
    ):
        return holder
    return get_user(request)


def _lets_in(path: str, person: User) -> bool:
    backend = load_backend(path) if path in settings.AUTHENTICATION_BACKENDS else None
    return isinstance(backend, ModelBackend) and backend.user_can_authenticate(person)
