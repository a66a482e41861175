"""Files of a proposal: handed out only to those who may see the case, always as a download."""

from __future__ import annotations

from typing import Any

from csp.constants import NONE
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from proposals.permissions import can
from proposals.services.attachments import remove_attachment
from proposals.services.locking import insist
from proposals.views.access import find_attachment, person
from proposals.views.forms_help import confirm_page

# Should a browser show the file after all, it can neither run, load nor send anything, and has no origin.
POWERLESS: dict[str, Any] = {"default-src": [NONE], "sandbox": [True]}


@login_required
@require_safe
def attachment_download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file under its own name (RFC 5987), never shown inside a page, never kept by a shared cache."""
    attachment = find_attachment(request, pk)
    return file_response(attachment.file, attachment.name, attachment.content_type)


def file_response(stored: Any, name: str, content_type: str) -> HttpResponseBase:
    """A stored file as a download that a browser neither runs nor keeps. Http404 when its bytes are gone."""
    try:
        file = stored.open("rb")
    except FileNotFoundError as missing:
        raise Http404("文件不在存储中") from missing
    response = FileResponse(file, as_attachment=True, filename=name, content_type=content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response._csp_replace = POWERLESS  # type: ignore[attr-defined]  # what csp.decorators.csp_replace sets
    return response


@login_required
@require_http_methods(["GET", "POST"])
def attachment_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then take the file off the draft."""
    user, attachment = person(request), find_attachment(request, pk)
    insist(can(user, "edit", attachment.proposal))
    back = reverse("proposal-edit", args=[attachment.proposal_id])
    if request.method == "POST":
        remove_attachment(user, attachment=attachment)
        messages.success(request, f"已移除附件“{attachment.name}”。")
        return redirect(back)
    return confirm_page(
        request,
        title=f"移除附件：{attachment.name}",
        effects=["文件将从这份草稿中删除，不能恢复；需要时可以重新上传。"],
        action_label="移除附件",
        proposal=attachment.proposal,
        cancel_url=back,
        danger=True,
    )
