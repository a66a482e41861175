"""Rendered files: progress, the file itself, retry; and issuing the letter."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from proposals.errors import InvalidInput
from proposals.models import User
from proposals.queries import addressed_proposers
from proposals.services.locking import insist
from replies.documents.formats import Format
from replies.models import RenderedDocument
from replies.permissions import can, visible_documents
from replies.services.delivering import record_reading
from replies.services.issuing import issue_reply, may_issue
from replies.services.letters import names_in
from replies.services.rendering import make_format, ready_letter, retry_rendering
from replies.services.unsigning import may_return_signed
from replies.views.files import file_response
from replies.views.lookups import reply_to_act_on
from replies.views.progress import progress_context
from replies.views.reading import case_url, crumbs, page_of_case
from replies.workflow import REPLY, DocumentState

SHOWN = ("reply__proposal", "publication", "opinion__assignment__proposal__session")


def _find(user: User, pk: int) -> RenderedDocument:
    """A document ``user`` may read, else 404."""
    return get_object_or_404(visible_documents(user).select_related(*SHOWN), pk=pk)


def _case_of(user: User, document: RenderedDocument) -> str:
    """The page the document belongs to, as far as ``user`` sees it."""
    if document.reply is not None:
        return case_url(user, document.reply)
    page = page_of_case(user, document.proposal.pk)
    return page or reverse("opinion-edit", args=[document.opinion.assignment_id if document.opinion else 0])


@login_required
@require_safe
def document_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the file is; once ready, the file in the page. Works by its reload link, livelier by progress.js."""
    user = cast(User, request.user)
    document = _find(user, pk)
    is_ready, is_failed = document.state == DocumentState.READY, document.state == DocumentState.FAILED
    address = reverse("document-detail", args=[pk])
    context = {
        "document": document,
        "is_ready": is_ready,
        "label": f"{document.get_kind_display()} {document.get_format_display()} 生成",
        "afterwards": "" if document.format == Format.PDF else "完成后在答复页面的“文件”里也能找到。",
        "done": is_ready,
        "failed": is_failed,
        "error": document.error,
        **progress_context(request, address),
        "result_url": address,
        "result_label": "打开文件",
        "return_url": _way_back(user, document) if is_failed else "",
        "may_retry": bool(can(user, "retry_rendering", document)) if is_failed else False,
        "file_url": reverse("document-file", args=[pk]),
        "files": _files_beside(document),
        "may_make": document.proposal.archived_at is None,
        "crumbs": crumbs(document.proposal, _case_of(user, document), document.get_kind_display()),
    }
    return render(request, "replies/documents/detail.html", context)


def _way_back(user: User, document: RenderedDocument) -> str:
    """Where the signature of this text can be taken back by ``user``; "" where it cannot."""
    reply = document.reply
    if reply is None or document.letter_digest != reply.signed_digest or not may_return_signed(user, reply):
        return ""
    return reverse("reply-return-signed", args=[reply.pk])


def _files_beside(document: RenderedDocument) -> list[tuple[Format, RenderedDocument | None]]:
    """Every other kind of file with its row for the same text, or None where nobody has asked for it (one query)."""
    same = RenderedDocument.objects.filter(
        reply=document.reply_id,
        opinion=document.opinion_id,
        publication=document.publication_id,
        kind=document.kind,
        letter_digest=document.letter_digest,
    )
    found = {row.format: row for row in same.defer("letter")}
    return [(one, found.get(one)) for one in Format if one != document.format]


@login_required
@require_POST
def document_make(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the text of this file made into another kind of file."""
    user = cast(User, request.user)
    document = _find(user, pk)
    try:
        made = make_format(user, document=document, file_format=request.POST.get("format", ""))
    except InvalidInput as error:
        messages.error(request, error.message)
        return redirect("document-detail", pk=pk)
    return redirect("document-detail", pk=made.pk)


@login_required
@require_safe
def document_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The finished file, for those who may read the reply."""
    document = _find(cast(User, request.user), pk)
    if document.state != DocumentState.READY:
        raise Http404("文件还没有生成。")
    if document.reply is not None:
        record_reading(cast(User, request.user), document.reply)
    return file_response(request, document, public=False)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def document_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Queue a failed file again."""
    user = cast(User, request.user)
    document = _find(user, pk)
    if request.method == "POST":
        retry_rendering(user, document=document)
        messages.success(request, "已重新排队生成。")
        return redirect("document-detail", pk=pk)
    insist(can(user, "retry_rendering", document))
    context = {
        "title": f"重新生成{document.get_kind_display()}？",
        "effects": [f"上次没有成功：{document.error}", "文件将重新排队生成。"],
        "action_label": "重新生成",
        "cancel_url": reverse("document-detail", args=[pk]),
        "crumbs": crumbs(document.proposal, _case_of(user, document), "重新生成"),
    }
    return render(request, "base/confirm_page.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reply_issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the signed letter out (印发)."""
    user = cast(User, request.user)
    reply = reply_to_act_on(request, pk)
    if request.method == "POST":
        issue_reply(user, reply=reply)
        messages.success(request, f"答复{reply.document_number}已印发，提案者会收到通知。")
        return redirect("proposal-detail", pk=reply.proposal_id)  # a bureau that answers knows of the case
    insist(may_issue(user, reply))
    letter = ready_letter(reply)
    context = {
        "title": "印发这份答复？",
        "reply": reply,
        "letter": letter,
        "file_url": reverse("document-file", args=[letter.pk]) if letter else "",
        "effects": [REPLY.get("issue").consequence, *_replacing(reply.replaces_id)],
        "recipients": [
            *(f"提案者：{proposer}" for proposer in addressed_proposers(reply.proposal_id)),
            *(f"抄送：{name}" for name in names_in(reply.copies)),
            "市政协提案委、市政府督查室",
        ],
        "action_label": "印发答复",
        "cancel_url": reverse("reply-detail", args=[pk]),
        "crumbs": crumbs(reply.proposal, case_url(user, reply), "印发答复"),
    }
    return render(request, "replies/documents/issue.html", context)


def _replacing(replaced: int | None) -> list[str]:
    return ["原来导入的答复将标为“已被新稿替代”。"] if replaced else []
