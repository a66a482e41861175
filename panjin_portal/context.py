"""What every template may name besides the request."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from proposals.models import User
from proposals.permissions import can_see_statistics, posts_of
from proposals.services.notices import unread_count


def site(request: HttpRequest) -> dict[str, Any]:
    """``SITE_NAME`` for titles and the page head, ``SITE_ID_CODE`` for the foot of public pages.

    For a signed-in person also ``acting_posts`` (posts held today), ``unread_notices`` (a number) and
    ``sees_statistics``. They are looked up when a template shows them, so a page without the head of the portal pays
    nothing.
    """
    names: dict[str, Any] = {"SITE_NAME": settings.SITE_NAME, "SITE_ID_CODE": settings.SITE_ID_CODE}
    if hasattr(request, "user"):  # not yet, when a page is refused before log-in was looked at
        names["acting_posts"] = SimpleLazyObject(lambda: posts_of(request.user))
        names["sees_statistics"] = SimpleLazyObject(lambda: can_see_statistics(request.user).allowed)
        names["unread_notices"] = SimpleLazyObject(lambda: _unread(request))
    return names


def _unread(request: HttpRequest) -> int:
    return unread_count(request.user) if isinstance(request.user, User) else 0
