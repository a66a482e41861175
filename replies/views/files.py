"""Handing out stored files: checked bytes, true names, and a place in our own frames only."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from csp.constants import NONE, SELF
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import content_disposition_header

from panjin_portal.lib.ranges import NoSuchRange, asked_range
from proposals.views.attachments import POWERLESS
from replies.documents.formats import MEDIA_TYPES, Format
from replies.models import BundleFile, RenderedDocument
from replies.services.storing import open_verified, read_verified

BUNDLE_TYPES: dict[str, str] = {
    BundleFile.Format.ZIP: "application/zip",
    BundleFile.Format.PDF: MEDIA_TYPES[Format.PDF],
    BundleFile.Format.DOCX: MEDIA_TYPES[Format.DOCX],
}
# The browser's own reader shows the file in a frame of our pages; the file itself may run and load nothing.
FRAME_POLICY: dict[str, Any] = {"default-src": [NONE], "frame-ancestors": [SELF], "object-src": [SELF]}


def file_response(request: HttpRequest, document: RenderedDocument, *, public: bool) -> HttpResponseBase:
    """The file of a finished document, or the part of it that the browser asks for. The ETag is its SHA-256.

    A PDF is shown, or saved with ``?download=1``; what no browser shows is always saved.
    """
    etag = f'"{document.sha256}"'
    kind = Format(document.format)
    content = read_verified(document.file, document.sha256)
    response = _whole_or_part(request, content, MEDIA_TYPES[kind], etag)
    is_saved = kind != Format.PDF or request.GET.get("download") == "1"
    response["Content-Disposition"] = disposition(is_saved, document.file_name, f"document-{document.pk}.{kind}")
    response["X-Content-Type-Options"] = "nosniff"
    response["ETag"] = etag
    response["Accept-Ranges"] = "bytes"
    if public:
        patch_cache_control(response, public=True, max_age=60)
    else:
        patch_cache_control(response, private=True, no_cache=True)
    answer: HttpResponseBase = get_conditional_response(request, etag=etag, response=response) or response
    # After the conditional step: the headers of a 304 replace those the browser keeps with its copy.
    answer["X-Frame-Options"] = "SAMEORIGIN"
    answer._csp_replace = FRAME_POLICY  # type: ignore[attr-defined]  # what csp.decorators.csp_replace sets
    return answer


def disposition(is_saved: bool, name: str, plain_name: str) -> str:
    """The header that names a file (RFC 6266): in UTF-8 for every browser of today, in ASCII for what is older."""
    kind = "attachment" if is_saved else "inline"
    return f"{kind}; filename=\"{plain_name}\"; filename*=utf-8''{quote(name, safe='')}"


def stream_response(request: HttpRequest, row: BundleFile) -> HttpResponseBase:
    """A finished file of a bundle as a download, whole or the part that is asked for, in pieces: it may be larger than
    the memory. Raises FileAltered when its bytes are not those registered (for a part, when its length is not)."""
    etag = f'"{row.sha256}"'
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return unchanged
    media_type = BUNDLE_TYPES[row.format]
    try:
        asked = asked_range(_range_of(request, etag), row.size)
    except NoSuchRange:
        return _no_such_range(row.size, media_type)
    part = open_verified(row.file, row.sha256, row.size, is_whole=asked is None and request.method == "GET")
    first, last = asked or (0, row.size - 1)
    part.only(first, last)
    response = FileResponse(part, status=206 if asked else 200, content_type=media_type)
    if asked:
        response["Content-Range"] = f"bytes {first}-{last}/{row.size}"
    response["Content-Length"] = str(last - first + 1)
    response["Content-Disposition"] = disposition(True, row.name, f"bundle-{row.pk}.{row.format}")
    response["X-Content-Type-Options"] = "nosniff"
    response["ETag"] = etag
    response["Accept-Ranges"] = "bytes"
    patch_cache_control(response, private=True, no_cache=True)
    response._csp_replace = POWERLESS  # type: ignore[attr-defined]  # as above
    return response


def _range_of(request: HttpRequest, etag: str) -> str:
    """The range that is asked for; with If-Range only if it is of the very file the browser has begun with."""
    header = request.headers.get("Range", "") if request.method == "GET" else ""
    return header if request.headers.get("If-Range", etag) == etag else ""


def _no_such_range(size: int, media_type: str) -> HttpResponse:
    response = HttpResponse(status=416, content_type=media_type)
    response["Content-Range"] = f"bytes */{size}"
    return response


def _whole_or_part(request: HttpRequest, content: bytes, media_type: str, etag: str) -> HttpResponse:
    """200, 206 or 416."""
    try:
        asked = asked_range(_range_of(request, etag), len(content))
    except NoSuchRange:
        return _no_such_range(len(content), media_type)
    if asked is None:
        return HttpResponse(content, content_type=media_type)
    first, last = asked
    response = HttpResponse(content[first : last + 1], status=206, content_type=media_type)
    response["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
    return response


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
