"""Preparing a publication, the release chain, taking down."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from proposals.errors import EditConflict, InvalidInput
from proposals.models import Role, User
from proposals.permissions import bureaus_of, has_role
from proposals.services.locking import insist
from proposals.views.forms_help import add_service_errors
from replies.documents.letter import from_dict
from replies.forms.publication import DecisionForm, MetadataForm, StartReleaseForm, UnpublishForm, WithholdForm
from replies.models import Publication, ReleaseStep, RenderedDocument, Reply
from replies.permissions import can, visible_publications
from replies.services.metadata import LABELS, gaps, metadata_of
from replies.services.publishing import (
    findings,
    live_publication,
    may_prepare,
    prepare_publication,
    public_letter,
    save_metadata,
    start_release,
)
from replies.services.release import may_decide, pass_release, refuse_release, turn_of, unpublish
from replies.services.withholding import lift_withholding, withhold
from replies.views.lookups import visible_reply
from replies.views.metadata_rows import metadata_rows
from replies.views.reading import case_url, crumbs, posted, readable
from replies.workflow import PUBLICATION, PublicationState, ReplyState

METHODS = ["GET", "HEAD", "POST"]


@login_required
@require_http_methods(METHODS)
def publication_prepare(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the publication of a reply, or go on with the one that is open."""
    user = cast(User, request.user)
    reply = visible_reply(request, pk, "proposal", "bureau")
    if request.method == "POST":
        publication = prepare_publication(user, reply=reply)
        messages.success(request, f"已生成索引号{publication.index_number}，请核对公开元数据。")
        return redirect("publication-detail", pk=publication.pk)
    existing = live_publication(reply)
    if existing is not None and _works_on(user, existing):
        return redirect("publication-detail", pk=existing.pk)
    insist(may_prepare(user, reply))
    steps = "、".join(ReleaseStep.objects.filter(is_active=True).values_list("name", flat=True))
    context = {
        "title": "准备公开这份答复？",
        "effects": [
            "系统生成索引号，推荐主题词，检查个人信息；联系人、联系电话、抄送不会公开。",
            f"元数据核对后送公开审查（{steps}），由三人分别审查，最后一步通过即向社会公开。",
        ],
        "action_label": "准备公开",
        "cancel_url": reverse("reply-detail", args=[pk]),
        "crumbs": crumbs(reply.proposal, case_url(user, reply), "准备公开"),
    }
    return render(request, "base/confirm_page.html", context)


@login_required
@require_http_methods(METHODS)
def publication_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the publication stands: metadata (a form while preparing), the public text, its PDF, the chain."""
    user = cast(User, request.user)
    publication = _visible(user, pk)
    if not _works_on(user, publication):
        return redirect("public-page", index_number=publication.index_number)
    may_edit = can(user, "prepare_publication", publication)
    form = None
    if request.method == "POST":
        insist(may_edit)
        form = _form(publication, request.POST)
        if form.is_valid() and _saved(user, publication, form, request.POST):
            messages.success(request, "公开元数据已保存。")
            return redirect("publication-detail", pk=pk)
    elif may_edit:
        form = _form(publication)
    bad = form is not None and bool(form.errors)
    return render(
        request, "replies/publication/detail.html", _detail(user, publication, form), status=400 if bad else 200
    )


@login_required
@require_http_methods(METHODS)
def publication_start(request: HttpRequest, pk: int) -> HttpResponse:
    """Freeze the public text and send it to the first step; findings of personal data are answered here."""
    user = cast(User, request.user)
    publication = _visible(user, pk)
    insist(can(user, "start_release", publication))
    found = findings(publication)
    form = StartReleaseForm(posted(request), found=found)
    missing = list(gaps(metadata_of(publication)).values())
    if request.method == "GET" and missing:
        messages.error(request, "还不能送公开审查：" + "".join(missing))
        return redirect("publication-detail", pk=pk)
    if request.method == "POST" and form.is_valid():
        try:
            start_release(user, publication=publication, harmless=form.harmless())
        except InvalidInput as error:
            add_service_errors(form, error)
        else:
            messages.success(request, "公开文本已固定，送公开审查。")
            return redirect("publication-detail", pk=pk)
    return _confirm(
        request,
        publication,
        form,
        title="送公开审查？",
        effects=[
            PUBLICATION.get("start_release").consequence,
            *([f"正文中有{len(found)}处疑似个人信息，须逐处写明可以公开的理由。"] if found else []),
        ],
        action_label="送公开审查",
    )


@login_required
@require_http_methods(METHODS)
def publication_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Pass or send back at the step whose turn it is."""
    user = cast(User, request.user)
    publication = _visible(user, pk)
    insist(may_decide(user, publication))
    turn = turn_of(publication)
    form = DecisionForm(posted(request))
    if request.method == "POST" and form.is_valid():
        comment = form.cleaned_data["comment"]
        try:
            if form.cleaned_data["decision"] == DecisionForm.PASS:
                done = pass_release(user, publication=publication, comment=comment)
                is_out = done.state == PublicationState.PUBLISHED
                messages.success(request, "已向社会公开。" if is_out else "审查通过，已送下一步。")
            else:
                refuse_release(user, publication=publication, comment=comment)
                messages.success(request, "已退回经办人。")
        except InvalidInput as error:
            add_service_errors(form, error)
        else:
            return redirect("publication-detail", pk=pk)
    return _confirm(
        request,
        publication,
        form,
        title=f"公开审查：{turn.step.name if turn else ''}",
        effects=[
            "请对照公开文本和 PDF 审查：有无国家秘密、商业秘密、个人隐私，元数据是否准确。",
            "通过后立即向社会公开。" if turn and turn.is_last else "通过后送下一步审查。",
            "退回则由经办人修改后重新从第一步审查。",
        ],
        action_label="提交审查意见",
    )


@login_required
@require_http_methods(METHODS)
def publication_unpublish(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a published reply down."""
    done = "已从公开页面撤下。"
    return _with_reason(request, pk, "unpublish", UnpublishForm, unpublish, "撤下这份公开的答复？", done, danger=True)


@login_required
@require_http_methods(METHODS)
def publication_withhold(request: HttpRequest, pk: int) -> HttpResponse:
    """不予公开: the leader's word, with its reason."""
    done = "已决定不予公开，提案委、督查室和经办人会收到通知。"
    return _with_reason(request, pk, "withhold", WithholdForm, withhold, "不予公开这份答复？", done)


@login_required
@require_http_methods(METHODS)
def publication_lift(request: HttpRequest, pk: int) -> HttpResponse:
    """The leader takes 不予公开 back."""
    user = cast(User, request.user)
    publication = _visible(user, pk)
    insist(can(user, "lift_withholding", publication))
    if request.method == "POST":
        lift_withholding(user, publication=publication)
        messages.success(request, "已恢复准备公开，经办人会收到通知。")
        return redirect("publication-detail", pk=pk)
    row = PUBLICATION.get("lift_withholding")
    effects = [row.consequence]
    return _confirm(request, publication, None, title="恢复准备公开？", effects=effects, action_label=row.label)


def _with_reason(
    request: HttpRequest,
    pk: int,
    action: str,
    form_class: type[Form],
    service: Callable[..., Publication],
    title: str,
    done: str,
    *,
    danger: bool = False,
) -> HttpResponse:
    """A step of one person that needs nothing but a reason."""
    user = cast(User, request.user)
    publication = _visible(user, pk)
    insist(can(user, action, publication))
    form = form_class(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            service(user, publication=publication, reason=form.cleaned_data["reason"])
        except InvalidInput as error:
            add_service_errors(form, error)
        else:
            messages.success(request, done)
            return redirect("publication-detail", pk=pk)
    row = PUBLICATION.get(action)
    return _confirm(
        request, publication, form, title=title, effects=[row.consequence], action_label=row.label, danger=danger
    )


def _visible(user: User, pk: int) -> Publication:
    rows = visible_publications(user).select_related("reply__bureau", "reply__proposal", "bureau", "proposal")
    return get_object_or_404(rows, pk=pk)


def _works_on(user: User, publication: Publication) -> bool:
    """The bureau's people, the two offices and the administrator work here; everybody else reads the public page."""
    is_office = user.is_superuser or has_role(user, Role.COMMITTEE_STAFF, Role.OFFICE_STAFF)
    return is_office or publication.bureau_id in bureaus_of(user)


def _form(publication: Publication, data: Any = None) -> MetadataForm:
    is_import = publication.reply.state == ReplyState.CONFIRMED
    return MetadataForm(data, initial=MetadataForm.initial_of(publication), is_import=is_import)


def _saved(user: User, publication: Publication, form: MetadataForm, posted: QueryDict) -> bool:
    try:
        save_metadata(user, publication=publication, metadata=form.metadata(), version=form.cleaned_data["version"])
    except InvalidInput as error:
        add_service_errors(form, error)
        return False
    except EditConflict as error:
        form.add_error(None, f"别人刚保存过这些元数据，您的修改还没有保存。现在存着的是：{error.theirs}")
        form.data = posted.copy()  # shown again with what was typed; the next save is against the new version
        form.data["version"] = str(error.version)
        return False
    return True


def _detail(user: User, publication: Publication, form: MetadataForm | None) -> dict[str, Any]:
    letter = from_dict(publication.letter) if publication.letter else _letter_before(publication)
    document = (
        RenderedDocument.objects.filter(
            publication=publication, format=RenderedDocument.Format.PDF, letter_digest=publication.letter_digest
        ).first()
        if publication.letter_digest
        else None
    )
    actions = []
    for action, url_name, primary in (
        ("start_release", "publication-start", True),
        ("release_step", "publication-decide", True),
        ("unpublish", "publication-unpublish", False),
        ("withhold", "publication-withhold", False),
        ("lift_withholding", "publication-lift", False),
    ):
        row = PUBLICATION.get(action)
        if publication.state not in row.sources:
            continue
        decision = may_decide(user, publication) if action == "release_step" else can(user, action, publication)
        actions.append(
            {
                "label": "审查" if action == "release_step" else row.label,
                "url": reverse(url_name, args=[publication.pk]),
                "primary": primary,
                "danger": action == "unpublish",
                "allowed": decision.allowed,
                "reason": decision.reason,
            }
        )
    return {
        "publication": publication,
        "state": publication.stage,
        "form": form,
        "rows": metadata_rows(publication),
        "letter": readable(letter) if letter else None,
        "document": document,
        "document_url": reverse("document-detail", args=[document.pk]) if document else "",
        "decisions": publication.decisions.select_related("actor", "post__bureau"),
        "turn": turn_of(publication),
        "actions": actions,
        "labels": LABELS,
        "is_public": publication.state == PublicationState.PUBLISHED,
        "public_url": reverse("public-page", args=[publication.index_number]),
        "crumbs": crumbs(publication.proposal, case_url(user, publication.reply), "公开"),
    }


def _letter_before(publication: Publication) -> Any:
    reply: Reply = publication.reply
    return public_letter(publication) if reply.signed_letter else None


def _confirm(request: HttpRequest, publication: Publication, form: Any, **context: Any) -> HttpResponse:
    user = cast(User, request.user)
    context |= {
        "form": form,
        "cancel_url": reverse("publication-detail", args=[publication.pk]),
        "crumbs": crumbs(publication.proposal, case_url(user, publication.reply), context["title"]),
    }
    return render(request, "base/confirm_page.html", context, status=400 if form is not None and form.errors else 200)
