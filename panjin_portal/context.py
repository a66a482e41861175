"""What every template may name besides the request."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, str]:
    """``SITE_NAME`` for titles and the page head, ``SITE_ID_CODE`` for the foot of public pages."""
    return {"SITE_NAME": settings.SITE_NAME, "SITE_ID_CODE": settings.SITE_ID_CODE}
