"""汇编与打包: asking for many letters or a book, watching it being made, taking its files."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from panjin_portal.lib.pages import page_by_key
from proposals.errors import InvalidInput
from proposals.forms.fields import is_id
from proposals.models import Session, User
from proposals.permissions import visible_proposals
from proposals.queries import with_nearest_deadline
from proposals.services.locking import insist
from proposals.views.access import person
from proposals.views.forms_help import add_service_errors, sent, status_of
from replies.filters import CaseFilter
from replies.forms.bundles import BundleForm
from replies.models import Bundle, BundleFile
from replies.permissions_bundles import can, can_ask, visible_bundles
from replies.services.bundle_letters import standing_letters
from replies.services.bundling import (
    MOST_CASES,
    ask_for_bundle,
    delete_bundle,
    offered_to,
    retry_bundle,
)
from replies.views.bundle_words import how_far
from replies.views.exports import in_words
from replies.views.files import stream_response
from replies.views.progress import progress_context
from replies.workflow import DocumentState
from replies.workflow_bundles import BUNDLE

log = logging.getLogger(__name__)
PAGE_SIZE = 20


@dataclass(frozen=True)
class Chosen:
    """The cases the address names: their keys (one more than the limit when there are too many), where they come from
    in words, what is wrong with the filter."""

    keys: list[int]
    conditions: str
    faults: list[str]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def bundle_new(request: HttpRequest) -> HttpResponse:
    """批量导出 of the cases the address names: ticked ones (``p``, several times) or all that a filter of the list
    finds; without either those of the latest session. Before anything is made it says how many there are."""
    user = person(request)
    insist(can_ask(user))
    sessions = list(Session.objects.order_by("-term", "-number"))
    if request.method != "POST" and not request.GET and sessions:
        return redirect(f"{reverse('bundle-new')}?session={sessions[0].pk}")
    chosen, makers = _chosen(request, user), offered_to(user)
    first = {"key": uuid4().hex, "kind": next(iter(makers)), "formats": ["pdf"], "grouping": Bundle.Grouping.NUMBER}
    form = BundleForm(sent(request), makers=makers, initial=first)
    if request.method == "POST" and form.is_valid() and not chosen.faults:
        data = form.cleaned_data
        try:
            bundle = ask_for_bundle(
                user,
                kind=data["kind"],
                formats=data["formats"],
                grouping=data.get("grouping") or Bundle.Grouping.NUMBER,
                cases=chosen.keys,
                key=data["key"] or uuid4().hex,
                conditions=chosen.conditions,
            )
        except InvalidInput as error:
            add_service_errors(form, error)
        else:
            return redirect("bundle-detail", pk=bundle.pk)
    is_too_much = len(chosen.keys) > MOST_CASES
    letters = standing_letters(user).filter(proposal__in=chosen.keys) if not is_too_much else None
    context = {
        "form": form,
        "chosen": chosen,
        "is_too_much": is_too_much,
        "most": MOST_CASES,
        "cases": len(chosen.keys),
        "letters": letters.order_by().count() if letters is not None else 0,
        "sessions": sessions,
        "session": int(wanted) if is_id(wanted := request.GET.get("session", "")) else 0,
        "back_url": f"{reverse('proposal-list')}?{request.GET.urlencode()}",
        "crumbs": [{"label": "汇编与打包", "url": reverse("bundle-list")}, {"label": "批量导出"}],
    }
    status = 400 if chosen.faults else status_of(form)
    return render(request, "replies/bundles/new.html", context, status=status)


def _chosen(request: HttpRequest, user: User) -> Chosen:
    """Keys in no order; at most one query."""
    if "p" in request.GET:
        ticked = [int(value) for value in dict.fromkeys(request.GET.getlist("p")) if is_id(value)][: MOST_CASES + 1]
        keys = list(visible_proposals(user, among=ticked).order_by().values_list("pk", flat=True))
        return Chosen(keys, "勾选的提案", [])
    if "ticked" in request.GET:
        return Chosen([], "勾选的提案", [])
    found = CaseFilter(request.GET, queryset=with_nearest_deadline(visible_proposals(user)), request=request)
    faults = [f"{found.form[name].label}：{'；'.join(texts)}" for name, texts in found.form.errors.items()]
    if faults:
        return Chosen([], "", faults)
    words = "；".join(f"{one.label}：{one.value}" for one in in_words(found.form))
    return Chosen(list(found.qs.order_by().values_list("pk", flat=True)[: MOST_CASES + 1]), words, [])


@login_required
@require_safe
def bundle_list(request: HttpRequest) -> HttpResponse:
    """One's own batches, the newest first."""
    user = person(request)
    insist(can_ask(user))
    rows = visible_bundles(user).defer("selection", "left_out")
    page = page_by_key(rows, order=("-id",), key=request.GET.get("key"), size=PAGE_SIZE)
    context = {
        "rows": [(row, how_far(row)) for row in page.items],
        "next_url": f"?key={page.next_key}" if page.next_key else "",
        "previous_url": f"?key={page.previous_key}" if page.previous_key else "",
        "crumbs": [{"label": "提案", "url": reverse("proposal-list")}, {"label": "汇编与打包"}],
    }
    return render(request, "replies/bundles/list.html", context)


@login_required
@require_safe
def bundle_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the batch is; once made, its files. Works by its reload link, livelier by progress.js."""
    user = person(request)
    bundle = get_object_or_404(visible_bundles(user).select_related("session"), pk=pk)
    address = reverse("bundle-detail", args=[pk])
    is_ready = bundle.state == DocumentState.READY
    is_failed = bundle.state == DocumentState.FAILED
    context = {
        "bundle": bundle,
        "files": bundle.files.all(),
        "is_ready": is_ready,
        "formats": "、".join(one.upper() for one in bundle.formats),
        "label": bundle.title if is_ready or is_failed else how_far(bundle),
        "percent": 100 * min(bundle.done, bundle.total) // bundle.total if bundle.total else 0,
        "done": is_ready,
        "failed": is_failed,
        "error": bundle.error,
        **progress_context(request, address),
        "result_url": address,
        "result_label": "打开结果",
        "may_retry": can(user, "retry_bundle", bundle).allowed,
        "crumbs": [{"label": "汇编与打包", "url": reverse("bundle-list")}, {"label": bundle.title}],
    }
    return render(request, "replies/bundles/detail.html", context)


@login_required
@require_safe
def bundle_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A finished file, or the part of it the browser asks for."""
    user = person(request)
    rows = BundleFile.objects.filter(bundle__in=visible_bundles(user), bundle__state=DocumentState.READY)
    row = get_object_or_404(rows, pk=pk)
    if not row.file:
        raise Http404("文件已过保存期，已经删除。")
    log.info("bundle %s: file %s taken by account %s", row.bundle_id, row.pk, user.pk)
    return stream_response(request, row)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def bundle_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a batch made that was not made."""
    user = person(request)
    bundle = get_object_or_404(visible_bundles(user), pk=pk)
    if request.method == "POST":
        retry_bundle(user, bundle=bundle)
        messages.success(request, "已重新排队制作。")
        return redirect("bundle-detail", pk=pk)
    insist(can(user, "retry_bundle", bundle))
    return _ask_first(request, bundle, "retry_bundle", [f"上次没有做成：{bundle.error}"])


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def bundle_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a batch with its files, or stop it."""
    user = person(request)
    bundle = get_object_or_404(visible_bundles(user), pk=pk)
    if request.method == "POST":
        delete_bundle(user, bundle=bundle)
        messages.success(request, f"已删除：{bundle.title}")
        return redirect("bundle-list")
    insist(can(user, "delete_bundle", bundle))
    return _ask_first(request, bundle, "delete_bundle", [], danger=True)


def _ask_first(
    request: HttpRequest, bundle: Bundle, action: str, effects: list[str], *, danger: bool = False
) -> HttpResponse:
    transition = BUNDLE.get(action)
    context = {
        "title": f"{transition.label}：{bundle.title}",
        "effects": [*effects, transition.consequence],
        "action_label": transition.label,
        "cancel_url": reverse("bundle-detail", args=[bundle.pk]),
        "danger": danger,
        "crumbs": [
            {"label": "汇编与打包", "url": reverse("bundle-list")},
            {"label": bundle.title, "url": reverse("bundle-detail", args=[bundle.pk])},
            {"label": transition.label},
        ],
    }
    return render(request, "base/confirm_page.html", context)
