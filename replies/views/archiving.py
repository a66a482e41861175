"""归档: closing a case for good, its package, opening it again."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from panjin_portal.lib.zipping import digest_of
from proposals.errors import InvalidInput
from proposals.forms.fields import LineField
from proposals.permissions import visible_proposals
from proposals.services.locking import insist
from proposals.views.access import find_proposal
from proposals.views.attachments import file_response
from proposals.views.forms_help import add_service_errors, confirm_page, sent, status_of
from replies.models import ArchivePackage
from replies.permissions_archive import can, can_retry, visible_packages
from replies.services.archiving import (
    REASON_MAX,
    archive_case,
    may_archive,
    open_counts,
    reopen_archive,
    retry_package,
)
from replies.services.storing import FileAltered
from replies.views.lookups import person
from replies.views.progress import progress_context
from replies.workflow import DocumentState
from replies.workflow_archive import PACKAGE, SHELF


class ReopenForm(forms.Form):
    """重新打开归档 asks why."""

    reason = LineField(label="理由", most=REASON_MAX, help_text="记入办理记录，承办单位和提案者会看到。")


@login_required
@require_http_methods(["GET", "POST"])
def proposal_archive(request: HttpRequest, pk: int) -> HttpResponse:
    """归档: the page says what will happen, or all that is still owed."""
    user = person(request)
    if request.method == "POST":
        package = archive_case(user, proposal=find_proposal(request, pk))
        messages.success(request, "提案已归档，正在制作归档包。")
        return redirect("package-detail", pk=package.pk)
    cases = visible_proposals(user, among=[pk]).select_related("session")
    case = get_object_or_404(cases.annotate(**open_counts()), pk=pk)
    insist(may_archive(user, case))
    transition = SHELF.get("archive")
    return confirm_page(
        request,
        title="归档这件提案？",
        effects=[str(case), transition.consequence],
        recipients=["承办单位、会办单位的经办人"],
        action_label=transition.label,
        proposal=case,
        cancel_url=reverse("proposal-detail", args=[pk]),
    )


@login_required
@require_http_methods(["GET", "POST"])
def proposal_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """重新打开归档, with a reason."""
    user = person(request)
    case = find_proposal(request, pk)
    insist(can(user, "reopen_archive", case))
    form = ReopenForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            reopen_archive(user, proposal=case, reason=form.cleaned_data["reason"])
        except InvalidInput as error:
            add_service_errors(form, error)
        else:
            messages.success(request, "归档已重新打开，提案可以继续办理。")
            return redirect("proposal-detail", pk=pk)
    transition = SHELF.get("reopen_archive")
    return confirm_page(
        request,
        title="重新打开归档？",
        effects=[str(case), transition.consequence],
        recipients=["承办单位、会办单位的经办人"],
        action_label=transition.label,
        proposal=case,
        cancel_url=reverse("proposal-detail", args=[pk]),
        form=form,
        status=status_of(form),
    )


@login_required
@require_safe
def package_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the package is; once made, where to take it. Works by its reload link, livelier by progress.js."""
    user = person(request)
    rows = visible_packages(user).select_related("proposal__session", "archived_by", "post__bureau", "reopened_by")
    package = get_object_or_404(rows, pk=pk)
    address = reverse("package-detail", args=[pk])
    is_ready = package.state == DocumentState.READY
    context = {
        "package": package,
        "is_ready": is_ready,
        "label": "制作归档包",
        "done": is_ready,
        "failed": package.state == DocumentState.FAILED,
        "error": package.error,
        **progress_context(request, address),
        "result_url": address,
        "result_label": "打开归档包",
        "may_retry": can_retry(user, package).allowed,
        "others": visible_packages(user).filter(proposal=package.proposal_id).exclude(pk=pk),
        "crumbs": [
            {"label": "提案", "url": reverse("proposal-list")},
            {"label": str(package.proposal), "url": reverse("proposal-detail", args=[package.proposal_id])},
            {"label": "归档包"},
        ],
    }
    return render(request, "replies/archive/package.html", context)


@login_required
@require_safe
def package_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The ZIP as a download, once its bytes have been found to be those registered."""
    package = get_object_or_404(visible_packages(person(request)), pk=pk)
    if package.state != DocumentState.READY:
        raise Http404("归档包还没有制成。")
    insist_unaltered(package)
    return file_response(package.file, package.file_name, "application/zip")


@login_required
@require_http_methods(["GET", "POST"])
def package_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a package made again that was not made."""
    user = person(request)
    package = get_object_or_404(visible_packages(user).select_related("proposal__session"), pk=pk)
    if request.method == "POST":
        retry_package(user, package=package)
        messages.success(request, "归档包已重新排队制作。")
        return redirect("package-detail", pk=pk)
    insist(can_retry(user, package))
    transition = PACKAGE.get("retry_package")
    return confirm_page(
        request,
        title="重新制作归档包？",
        effects=[f"上次没有制成：{package.error}", transition.consequence],
        action_label=transition.label,
        proposal=package.proposal,
        cancel_url=reverse("package-detail", args=[pk]),
    )


def insist_unaltered(package: ArchivePackage) -> None:
    """Raises FileAltered when the stored package is gone or its SHA-256 is another."""
    try:
        with package.file.open("rb") as handle:
            found = digest_of(handle)
    except OSError as error:
        raise FileAltered("归档包暂时取不到，请联系管理员检查文件存储。") from error
    if found != package.sha256:
        raise FileAltered("归档包与登记的校验值不一致，已停止提供，请联系管理员。")
