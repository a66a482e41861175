"""Handing out stored files: checked bytes, true names, and a place in our own frames only."""

from __future__ import annotations

from typing import Any

from csp.constants import NONE, SELF
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import content_disposition_header

from proposals.views.attachments import POWERLESS
from replies.models import RenderedDocument
from replies.services.storing import read_verified

# The browser's own reader shows the file in a frame of our pages; the file itself may run and load nothing.
FRAME_POLICY: dict[str, Any] = {"default-src": [NONE], "frame-ancestors": [SELF], "object-src": [SELF]}


def pdf_response(request: HttpRequest, document: RenderedDocument, *, public: bool) -> HttpResponseBase:
    """The file of a finished document: inline, or as a download with ``?download=1``. The ETag is its SHA-256."""
    etag = f'"{document.sha256}"'
    response = HttpResponse(read_verified(document.file, document.sha256), content_type="application/pdf")
    disposition = content_disposition_header(request.GET.get("download") == "1", document.file_name)
    if disposition:
        response["Content-Disposition"] = disposition
    response["X-Content-Type-Options"] = "nosniff"
    response["ETag"] = etag
    if public:
        patch_cache_control(response, public=True, max_age=60)
    else:
        patch_cache_control(response, private=True, no_cache=True)
    answer: HttpResponseBase = get_conditional_response(request, etag=etag, response=response) or response
    # After the conditional step: the headers of a 304 replace those the browser keeps with its copy.
    answer["X-Frame-Options"] = "SAMEORIGIN"
    answer._csp_replace = FRAME_POLICY  # type: ignore[attr-defined]  # what csp.decorators.csp_replace sets
    return answer


def source_response(content: bytes, name: str) -> HttpResponse:
    """A file that came from outside as a download: the browser saves it and never opens it as a page of ours."""
    response = HttpResponse(content, content_type="application/octet-stream")
    disposition = content_disposition_header(True, name)
    if disposition:
        response["Content-Disposition"] = disposition
    response["X-Content-Type-Options"] = "nosniff"
    patch_cache_control(response, private=True, no_cache=True)
    response._csp_replace = POWERLESS  # type: ignore[attr-defined]  # as above
    return response
