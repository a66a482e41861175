"""Papers made when somebody asks for them: notices of the office, the approval sheet, feedback forms.

A letter that leaves the house is a row first, made by the queue and stored: it is signed, heavy, and must be the same
for ever. These are not: one or two sides, out of rows that stand, for the person who asked, in a third of a second; a
feedback form may even hold a proposer's own link, which shall lie on no disk. So they are set at once in the same child
process under tight limits, a few at a time, outside any transaction, and are kept nowhere.
"""

from __future__ import annotations

from threading import BoundedSemaphore

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from proposals.errors import NotAllowed, WrongStage
from proposals.permissions import Decision
from proposals.permissions_supervision import visible_slips, visible_urgings
from proposals.services.locking import insist
from proposals.views.access import find_proposal
from replies.documents.pdf import MissingGlyph, Printable
from replies.documents.process import RenderingFailed, render_in_process
from replies.permissions_papers import may_preview, may_print_assignment, may_print_forms, may_print_sheet
from replies.services.notices_on_paper import assignment_notice, slip_notice, urging_notice
from replies.services.seal_previews import seal_preview
from replies.services.sheets import approval_sheet, feedback_form, proposers_to_ask
from replies.views.files import FRAME_POLICY
from replies.views.lookups import person, visible_reply
from replies.views.reading import case_url, crumbs, posted

SECONDS, MEGABYTES = 10.0, 768
AT_ONCE, WAIT_SECONDS = 2, 15
BUSY = "正在印制的文件较多，请稍后再试。"
_room = BoundedSemaphore(AT_ONCE)


def paper_response(source: Printable, name: str) -> HttpResponse:
    """The PDF of ``source`` in the page. WrongStage with the reason when it cannot be made, or too many are being."""
    if not _room.acquire(timeout=WAIT_SECONDS):
        raise WrongStage(BUSY)
    try:
        pdf = render_in_process(source, seconds=SECONDS, megabytes=MEGABYTES, font_dirs=settings.FONT_DIRS)
    except (MissingGlyph, RenderingFailed) as error:
        raise WrongStage(error.message) from error
    finally:
        _room.release()
    response = HttpResponse(pdf.content, content_type="application/pdf")
    cleaned = "".join("_" if char in '\\/:*?"<>|' or ord(char) < 32 else char for char in name)
    response["Content-Disposition"] = content_disposition_header(False, f"{cleaned[:120]}.pdf") or "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["X-Frame-Options"] = "SAMEORIGIN"
    response._csp_replace = FRAME_POLICY  # type: ignore[attr-defined]  # what csp.decorators.csp_replace sets
    return response


@login_required
@require_safe
def assignment_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """交办通知 of a case."""
    user = person(request)
    proposal = find_proposal(request, pk)
    _insist_on_reading(may_print_assignment(user, proposal.assignments.all()))
    return paper_response(assignment_notice(proposal), f"交办通知 {proposal.label}")


@login_required
@require_safe
def urging_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """催办通知书 of an urging."""
    rows = visible_urgings(person(request)).select_related("post__bureau", "proposal__session")
    urging = get_object_or_404(rows.prefetch_related("bureaus"), pk=pk)
    return paper_response(urging_notice(urging), f"催办通知书 {urging}")


@login_required
@require_safe
def slip_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """督办通知书 of a slip."""
    rows = visible_slips(person(request)).select_related("proposal__session", "bureau", "post__bureau")
    slip = get_object_or_404(rows, pk=pk)
    return paper_response(slip_notice(slip), f"督办通知书 {slip}")


@login_required
@require_safe
def reply_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """发文稿纸 of a reply."""
    reply = visible_reply(request, pk)
    _insist_on_reading(may_print_sheet(person(request), reply))
    return paper_response(approval_sheet(reply), f"发文稿纸 {reply.document_number or reply.proposal.label}")


@login_required
@require_safe
def reply_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter as it will look, marked as a preview, with the samples of its seals."""
    reply = visible_reply(request, pk)
    _insist_on_reading(may_preview(person(request), reply))
    preview = seal_preview(reply)
    name = "用印预览" if preview.letter.sealed else "版式预览"
    return paper_response(preview, f"{name} {reply.document_number or reply.proposal.label}")


def _insist_on_reading(decision: Decision) -> None:
    """A reader needs no post of his own, as ``insist`` asks of who acts."""
    if not decision:
        raise NotAllowed(decision.reason)


class ProposerForm(forms.Form):
    """Whose form is to be printed."""

    proposer = forms.IntegerField()


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reply_forms(request: HttpRequest, pk: int) -> HttpResponse:
    """The proposers still to be asked; a POST gives the form of one. It is recorded, so it is no mere link."""
    user, reply = person(request), visible_reply(request, pk)
    insist(may_print_forms(user, reply))
    asked, form = proposers_to_ask(reply), ProposerForm(posted(request))
    if request.method == "POST" and form.is_valid():
        chosen = next((one for one in asked if one.pk == form.cleaned_data["proposer"]), None)
        if chosen is None:
            form.add_error("proposer", "请选择还没有评价的提案者。")
        else:
            return paper_response(feedback_form(user, reply=reply, proposer=chosen), f"征询意见表 {chosen.name}")
    context = {
        "reply": reply,
        "proposers": asked,
        "form": form,
        "back_url": reverse("reply-detail", args=[pk]),
        "crumbs": crumbs(reply.proposal, case_url(user, reply), "征询意见表"),
    }
    return render(request, "replies/documents/forms.html", context, status=400 if form.errors else 200)
