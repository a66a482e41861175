"""The address ``/``: what a person came for depends on whether he is signed in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """To one's own work when signed in, otherwise to the published replies."""
    return redirect("work" if request.user.is_authenticated else "public-list")
