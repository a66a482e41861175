"""Pages of talks with the proposers: record one, read it, the proposer's side of it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from proposals.errors import InvalidInput
from proposals.models import Proposal, User
from proposals.permissions import proposers_of
from proposals.queries import addressed_proposers
from proposals.services.locking import insist
from proposals.views.access import find_proposal
from proposals.views.attachments import POWERLESS
from proposals.views.forms_help import add_service_errors, sent, status_of
from replies.forms.consultations import AnswerForm, ConsultationForm, initial_of
from replies.handling_workflow import CONSULTATION
from replies.models import Consultation, ConsultationFile
from replies.permissions import (
    can_amend_consultation,
    can_answer_consultation,
    can_record_consultation,
    visible_consultations,
)
from replies.services.consultations import amend_consultation, answer_consultation, record_consultation
from replies.views.lookups import person
from replies.views.reading import crumbs, page_of_case


@login_required
@require_http_methods(["GET", "POST"])
def consultation_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Record one talk about a proposal."""
    user, proposal = person(request), find_proposal(request, pk)
    insist(can_record_consultation(user, proposal.assignments.all()))
    return _ask_talk(request, user, proposal, None)


@login_required
@require_http_methods(["GET", "POST"])
def consultation_amend(request: HttpRequest, pk: int) -> HttpResponse:
    """Its writer puts a corrected record in the place of this one."""
    user, row = person(request), _visible(request, pk)
    insist(can_amend_consultation(user, row))
    return _ask_talk(request, user, row.proposal, row)


def _ask_talk(request: HttpRequest, user: User, proposal: Proposal, old: Consultation | None) -> HttpResponse:
    """The form of one talk: a new one, or a corrected one in the place of ``old``."""
    form = ConsultationForm(sent(request), request.FILES or None, initial=initial_of(old) if old else {})
    if request.method == "POST" and form.is_valid():
        files = form.cleaned_data["attachments"]
        try:
            if old is None:
                row = record_consultation(user, proposal=proposal, talk=form.talk(), files=files)
            else:
                row = amend_consultation(user, consultation=old, talk=form.talk(), files=files)
        except InvalidInput as error:
            add_service_errors(form, error)
        else:
            messages.success(request, f"沟通情况已{'更正' if old else '记录'}，提案者会收到通知。")
            return redirect("consultation-detail", pk=row.pk)
    case = f"{reverse('proposal-detail', args=[proposal.pk])}?tab=handling"
    title = "更正沟通记录" if old else "记录沟通"
    action = CONSULTATION.get("amend_consultation" if old else "record_consultation")
    context = {
        "title": title,
        "effects": [action.consequence],
        "recipients": [f"提案者：{one}" for one in addressed_proposers(proposal.pk)],
        "form": form,
        "action_label": "存入更正" if old else "存入记录",
        "cancel_url": reverse("consultation-detail", args=[old.pk]) if old else case,
        "crumbs": crumbs(proposal, case, title),
    }
    return render(request, "base/confirm_page.html", context, status=status_of(form))


@login_required
@require_safe
def consultation_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One talk: the bureau's record, its files, and what each proposer says to it."""
    row = _visible(request, pk)
    user = person(request)
    sides = list(row.sides.select_related("proposer", "given_by"))
    decision = can_answer_consultation(user, row, sides)
    case = page_of_case(user, row.proposal_id)
    if case is None or not case.startswith(reverse("proposal-detail", args=[row.proposal_id])):
        sides = [side for side in sides if side.proposer_id in proposers_of(user)]  # 并案: his own word only
    case = f"{case or reverse('proposal-list')}?tab=handling"
    files = [
        {"name": one.name, "url": reverse("consultation-file", args=[one.pk]), "size": one.size}
        for one in row.files.all()
    ]
    context = {
        "row": row,
        "sides": sides,
        "attachments": files,
        "replaced_by": Consultation.objects.filter(replaces=row).first(),
        "amend_url": reverse("consultation-amend", args=[pk]) if can_amend_consultation(user, row) else "",
        "answer_url": reverse("consultation-answer", args=[pk]) if decision else "",
        "case_url": case,
        "crumbs": crumbs(row.proposal, case, "沟通记录"),
    }
    return render(request, "replies/consultations/detail.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def consultation_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The proposer confirms the record or puts his own text beside it."""
    user, row = person(request), _visible(request, pk)
    insist(can_answer_consultation(user, row, row.sides.all()))
    form = AnswerForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            answer_consultation(user, consultation=row, correction=form.cleaned_data["text"])
        except InvalidInput as error:
            add_service_errors(form, error)
        else:
            messages.success(request, "已记下您的意见，谢谢。")
            return redirect("consultation-detail", pk=pk)
    detail = reverse("consultation-detail", args=[pk])
    actions = [CONSULTATION.get(name) for name in ("confirm_consultation", "correct_consultation")]
    context = {
        "title": "核对沟通记录",
        "row": row,
        "effects": [f"{action.label}：{action.consequence}" for action in actions],
        "form": form,
        "action_label": "提交",
        "cancel_url": detail,
        "crumbs": crumbs(row.proposal, detail, "核对沟通记录"),
    }
    return render(request, "replies/consultations/answer.html", context, status=status_of(form))


@login_required
@require_safe
def consultation_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A file of a talk, always as a download, for those who may read the talk."""
    seen = visible_consultations(person(request))
    row = get_object_or_404(ConsultationFile, pk=pk, consultation__in=seen)
    try:
        file = row.file.open("rb")
    except FileNotFoundError as missing:
        raise Http404("文件不在存储中") from missing
    response = FileResponse(file, as_attachment=True, filename=row.name, content_type=row.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response._csp_replace = POWERLESS  # type: ignore[attr-defined]  # what csp.decorators.csp_replace sets
    return response


def _visible(request: HttpRequest, pk: int) -> Consultation:
    rows = visible_consultations(person(request)).select_related(
        "proposal__session", "bureau", "method", "recorded_by", "post__bureau", "post__proposer"
    )
    return get_object_or_404(rows, pk=pk)
