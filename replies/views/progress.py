"""How the script of a progress bar asks, and a person does not.

The answer to it says "done" where the page, once the work is done, has no bar any more.
"""

from django.http import HttpRequest

_ASKED = "progress"


def progress_context(request: HttpRequest, address: str) -> dict[str, object]:
    """``poll_url`` for components/progress.html, and ``is_polled``: whether this is its question."""
    return {"is_polled": _ASKED in request.GET, "poll_url": f"{address}?{_ASKED}=1"}
