"""What every template may name besides the request."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from proposals.permissions import posts_of
from proposals.services.notices import unread_count


def site(request: HttpRequest) -> dict[str, Any]:
    """``SITE_NAME`` for titles and the page head, ``SITE_ID_CODE`` for the foot of public pages; for a signed-in
    person also ``unread_notices`` (int, capped) and ``acting_posts``. Both ask the database only when a page shows
    them, once."""
    context: dict[str, Any] = {"SITE_NAME": settings.SITE_NAME, "SITE_ID_CODE": settings.SITE_ID_CODE}
    user = getattr(request, "user", None)  # a request refused by an early middleware has none
    if user is not None and user.is_authenticated:
        context["unread_notices"] = SimpleLazyObject(lambda: unread_count(user))
        context["acting_posts"] = SimpleLazyObject(lambda: posts_of(user))
    return context
