"""Filing: begin a draft, write it, hand it in. The search for proposers and autosave are in ``filing_live``."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from panjin_portal.lib.text import split_asks
from proposals.errors import EditConflict, InvalidInput, TextSigned
from proposals.forms.filing import NewProposalForm, open_sessions, typed_rows, typed_values
from proposals.models import Proposal, Proposer, Role
from proposals.permissions import can, can_file, proposers_of
from proposals.services import filing
from proposals.services.attachments import add_attachments, check_files
from proposals.services.content import stored_content, title_advice
from proposals.services.formalities import missing_formalities
from proposals.services.lengths import length_of_content
from proposals.services.locking import insist
from proposals.services.signatures import count_signatures, open_invitations
from proposals.services.wording import check_text
from proposals.similar import TellSimilar, said_by
from proposals.views.access import find_proposal, person
from proposals.views.editor import NOT_SAVED, Editor, draft_key
from proposals.views.forms_help import add_service_errors, confirm_page, sent, status_of
from proposals.workflow import PROPOSAL


@login_required
@require_http_methods(["GET", "POST"])
def proposal_new(request: HttpRequest) -> HttpResponse:
    """Begin a draft with its title; the rest is written on the edit page."""
    user = person(request)
    post = insist(can_file(user))
    own = None if post.role == Role.COMMITTEE_STAFF else Proposer.objects.filter(pk__in=proposers_of(user))
    session = open_sessions().first()
    kind = filing.kind_now(session) if session else Proposal.Kind.SESSION
    initial = {"key": uuid4().hex, "kind": kind, "session": session}
    form = NewProposalForm(sent(request), own=own, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            proposal = filing.create_draft(user, content=form.content(), key=form.cleaned_data["key"])
        except InvalidInput as error:
            add_service_errors(form, error)
        else:
            messages.success(request, "草稿已建立。请继续填写，内容会自动保存。")
            return redirect("proposal-edit", pk=proposal.pk)
    context = {
        "form": form,
        "has_session": open_sessions().exists(),
        "crumbs": [{"label": "提案", "url": reverse("proposal-list")}, {"label": "提交提案"}],
    }
    return render(request, "proposals/new.html", context, status=status_of(form))


@login_required
@require_http_methods(["GET", "POST"])
def proposal_edit(request: HttpRequest, pk: int, *, tell_similar: TellSimilar | None = None) -> HttpResponse:
    """Write a draft. The button pressed (``do``) says: save, save and hand in, split the asks, search proposers.
    ``tell_similar`` comes with the address: it says which earlier cases are like the stored text."""
    proposal = find_proposal(request, pk)
    insist(can(person(request), "edit", proposal))
    if request.method == "GET":
        similar = tell_similar(person(request), said_by(proposal)) if tell_similar else []
        return Editor.of_stored(proposal).page(request, similar=similar)
    do = request.POST.get("do", "save")
    if do == "split":
        return _split(request, proposal)
    if do == "find":
        return Editor.of_typed(proposal, typed_values(request.POST), typed_rows(request.POST)).page(request)
    return _save(request, proposal, then_submit=do == "submit")


def _save(request: HttpRequest, proposal: Proposal, *, then_submit: bool) -> HttpResponse:
    user = person(request)
    editor = Editor.of_sent(proposal, request.POST, request.FILES)
    editor.not_done = NOT_SAVED
    if not editor.is_valid():
        return editor.page(request)
    files = editor.files()
    try:
        check_files(files, already=set(proposal.attachments.values_list("sha256", flat=True)))
        saved = filing.save_draft(
            user, proposal=proposal, content=editor.content(), version=editor.version(), knows_of=editor.knows_of()
        )
        missing = filing.missing_for_submission(saved) if then_submit else {}
    except InvalidInput as error:
        editor.add_errors(error)
        return editor.page(request)
    except TextSigned as refusal:
        return Editor.of_signed(proposal, request.POST, refusal).page(request, refused=True)
    except EditConflict as conflict:
        if files:
            messages.warning(request, "附件尚未上传，请在保存合成后的文字时重新选择。")
        return Editor.of_conflict(proposal, request.POST, conflict).page(request, conflict)
    try:
        add_attachments(user, proposal=saved, files=files, signed_pages=editor.signed_pages())
    except InvalidInput as error:  # a full disk, or files somebody else has just added
        messages.info(request, "草稿的文字已保存，附件没有收下。", extra_tags=draft_key(user, proposal))
        return _still_wrong(request, saved, error, not_done="附件尚未保存")
    if missing:
        messages.info(request, "草稿已保存，但还不能提交。", extra_tags=draft_key(user, proposal))
        return _still_wrong(request, saved, InvalidInput(missing))
    messages.success(request, "草稿已保存。", extra_tags=draft_key(user, proposal))
    if then_submit:
        return redirect("proposal-submit", pk=proposal.pk)
    if advice := title_advice(saved.title):
        messages.info(request, advice)
    return redirect("proposal-edit", pk=proposal.pk)


def _still_wrong(request: HttpRequest, saved: Proposal, error: InvalidInput, not_done: str = "") -> HttpResponse:
    """The page after a save that left something to do: what was sent, on the version that stands now."""
    editor = Editor.of_sent(saved, Editor.newer(request.POST, saved.version), None)
    editor.not_done = not_done or editor.not_done
    editor.is_valid()
    editor.add_errors(error)
    return editor.page(request)


def _split(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    """Propose asks from 具体建议. Rows that are there already stay, after the proposed ones: nothing is lost."""
    values = typed_values(request.POST)
    suggestions, fault = check_text(str(values["suggestions"] or ""), most=10**6)
    proposed = [] if fault else split_asks(suggestions)
    kept = [row for row in typed_rows(request.POST) if str(row["text"]).strip() not in proposed]
    rows: list[dict[str, object]] = [{"text": text, "position": place} for place, text in enumerate(proposed, start=1)]
    rows += [{**row, "position": ""} for row in kept] if proposed else kept
    if proposed:
        note = f"已从“具体建议”分出 {len(proposed)} 条，请核对后保存。"
        messages.info(request, note + ("原有的分条保留在后面，不再需要的请移除。" if kept else ""))
    else:
        messages.warning(request, "“具体建议”还没有可分条的文字。")
    return Editor.of_typed(proposal, values, rows).page(request)


AS_INTERIM = "会议提案已经截止，这件提案作为平时提案办理。"


@login_required
@require_http_methods(["GET", "POST"])
def proposal_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then hand in. What is missing shows at its field on the edit page."""
    user, proposal = person(request), find_proposal(request, pk)
    insist(can(user, "submit", proposal))
    if request.method == "POST":
        try:
            done = filing.submit(user, proposal=proposal)
        except InvalidInput as error:
            return _show_missing(request, proposal, error)
        is_late = done.kind != proposal.kind
        messages.success(request, "提案已提交，请等待提案委审查。" + (AS_INTERIM if is_late else ""))
        return redirect("proposal-detail", pk=proposal.pk)
    missing = filing.missing_for_submission(proposal)
    if missing:
        return _show_missing(request, proposal, InvalidInput(missing))
    transition = PROPOSAL.get("submit")
    effects = [transition.consequence]
    if filing.is_late(proposal):
        cutoff = proposal.session.filing_cutoff
        effects.append(f"本届会议提案已于 {cutoff} 截止，这件提案将作为平时提案，按平时提案编号和计算期限。")
    waiting = [str(row.proposer) for row in open_invitations(proposal)]
    effects += _about_cosigning(proposal, waiting)
    if advice := length_of_content(stored_content(proposal)).advice:
        effects.append(f"提醒：{advice}")
    effects += [f"提醒：{sentence}" for sentence in missing_formalities(proposal)]
    return confirm_page(
        request,
        title=f"提交提案：{proposal.title}",
        effects=effects,
        recipients=["政协提案委工作人员", *waiting],
        action_label=transition.label,
        cancel_url=reverse("proposal-edit", args=[pk]),
        proposal=proposal,
    )


def _about_cosigning(proposal: Proposal, waiting: list[str]) -> list[str]:
    """What handing in does to signatures, and to invitations of those who wait (one query)."""
    told = []
    if signed := count_signatures(proposal):
        told.append(f"已签名的 {signed} 位委员成为联名提案者。")
    if waiting:
        names = "、".join(waiting[:10])
        told.append(f"还有 {len(waiting)} 份联名邀请没有签名（{names}），提交后失效，这些委员不再看到提案。")
    return told


def _show_missing(request: HttpRequest, proposal: Proposal, error: InvalidInput) -> HttpResponse:
    return Editor.of_incomplete(proposal, error).page(request)
