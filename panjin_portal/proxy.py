"""Who is asking, when a reverse proxy stands in front (production mode always has one)."""

from django.conf import settings
from django.http import HttpRequest

from panjin_portal.lib.visitors import client_address


def address_of(request: HttpRequest) -> str:
    """The client's address: the lock-out counts by it, the list of log-ins shows its first part."""
    remote, forwarded = request.META.get("REMOTE_ADDR") or "", request.headers.get("X-Forwarded-For") or ""
    return client_address(remote, forwarded, behind_proxy=settings.BEHIND_PROXY)
