"""One uploaded page: what was read beside the source, put right by hand, stored or dropped."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from panjin_portal.lib.diff import merge_view
from proposals.errors import EditConflict, InvalidInput
from proposals.models import User
from proposals.permissions import knows_case
from proposals.services.locking import insist
from proposals.views.forms_help import add_service_errors
from replies.forms.importing import CorrectionForm, StoreForm, initial_of
from replies.models import ImportItem
from replies.permissions import can, visible_import_items
from replies.services.import_batches import drop_item
from replies.services.import_items import save_corrections, store_item
from replies.services.import_judging import Judged, judge
from replies.services.storing import read_verified
from replies.views.files import source_response
from replies.views.import_batches import TONES, batch_crumbs
from replies.views.reading import posted
from replies.workflow import IMPORT, ImportState

METHODS = ["GET", "HEAD", "POST"]


@login_required
@require_http_methods(METHODS)
def import_item(request: HttpRequest, pk: int) -> HttpResponse:
    """Source and fields side by side; saving keeps the corrections, ``do=store`` goes on to storing."""
    user, item = cast(User, request.user), _item(request, pk)
    if request.method == "POST":
        return _save(request, user, item)
    if item.state == ImportState.STORED and item.reply_id:
        return redirect("import-confirm", pk=item.reply_id)
    judged = _judged(item)
    form = CorrectionForm(initial=initial_of(judged.values, item.version)) if judged else None
    return _page(request, item, judged, form)


def _save(request: HttpRequest, user: User, item: ImportItem) -> HttpResponse:
    insist(can(user, "correct_item", item))
    judged = _judged(item)
    form = CorrectionForm(request.POST)
    if not form.is_valid():
        return _page(request, item, judged, form)
    try:
        saved = save_corrections(user, item=item, values=form.values(), version=form.cleaned_data["version"])
    except EditConflict as conflict:
        return _conflict(request, item, conflict)
    if request.POST.get("do") != "store":
        messages.success(request, "更正已保存。" if saved.corrections else "没有更正，与读出的一样。")
        return redirect("import-item", pk=item.pk)
    lacking = now_judged.missing if (now_judged := _judged(saved)) else {}
    if lacking:
        told = {name: f"{sentence}，请补上。更正已保存。" for name, sentence in lacking.items()}
        return _not_yet(request, saved, InvalidInput(told))
    return redirect("import-item-store", pk=item.pk)


def _not_yet(request: HttpRequest, item: ImportItem, error: InvalidInput) -> HttpResponse:
    """The page of a file that cannot be stored as it stands, with the reasons at their fields."""
    judged = _judged(item)
    if judged is None:
        messages.error(request, error.message)
        return redirect("import-item", pk=item.pk)
    form = CorrectionForm(initial_of(judged.values, item.version))
    form.is_valid()
    add_service_errors(form, error)
    return _page(request, item, judged, form)


@login_required
@require_http_methods(METHODS)
def import_item_store(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what will be stored and what is lacking; make the case."""
    user, item = cast(User, request.user), _item(request, pk)
    if item.state == ImportState.STORED and item.reply_id:  # pressed twice, or an old page
        messages.info(request, "这份文件已经存入，没有重复存入。")
        return redirect("import-confirm", pk=item.reply_id)
    insist(can(user, "store_item", item))
    form = StoreForm(posted(request), initial={"version": item.version})
    if request.method == "POST" and form.is_valid():
        try:
            reply = store_item(user, item=item, version=form.cleaned_data["version"])
        except InvalidInput as error:
            return _not_yet(request, _item(request, pk), error)
        messages.success(request, "已存入，请对照原件核对。")
        return redirect("import-confirm", pk=reply.pk)
    judged = _judged(item)
    if judged is None or judged.missing:
        return redirect("import-item", pk=pk)
    context = {
        "title": "存入这份答复？",
        "effects": _effects(judged),
        "recipients": ["市政协提案委、市政府督查室的工作人员（待核对）"],
        "form": form,
        "action_label": "存入",
        "cancel_url": reverse("import-item", args=[pk]),
        "crumbs": batch_crumbs(item.batch, "存入"),
    }
    return render(request, "base/confirm_page.html", context, status=400 if form.errors else 200)


def _effects(judged: Judged) -> list[str]:
    fields = judged.fields
    found = [
        f"{fields.session_name()}第{fields.number}号：{fields.title}",
        IMPORT.get("store_item").consequence,
    ]
    if judged.changes:
        found.append(
            f"人工更正{len(judged.changes)}项，记入事件：{'、'.join(one['label'] for one in judged.changes)}。"
        )
    if judged.gaps:
        found.append(f"原件没有的，留空：{'、'.join(judged.gaps)}。")
    return found


@login_required
@require_http_methods(METHODS)
def import_item_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a file out of its batch."""
    user, item = cast(User, request.user), _item(request, pk)
    if item.state == ImportState.DROPPED:  # pressed twice, or an old page
        messages.info(request, f"“{item.file_name}”已经删除。")
        return redirect("import-batch", pk=item.batch_id)
    if request.method == "POST":
        drop_item(user, item=item)
        messages.success(request, f"已删除“{item.file_name}”。")
        return redirect("import-batch", pk=item.batch_id)
    insist(can(user, "drop_item", item))
    context = {
        "title": f"删除“{item.file_name}”？",
        "effects": [IMPORT.get("drop_item").consequence],
        "action_label": "删除",
        "danger": True,
        "cancel_url": reverse("import-batch", args=[item.batch_id]),
        "crumbs": batch_crumbs(item.batch, "删除"),
    }
    return render(request, "base/confirm_page.html", context)


@login_required
@require_safe
def import_item_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The file as it was uploaded, until it is stored or dropped."""
    item = _item(request, pk)
    if not item.file:
        raise Http404("文件已不在这一批里。")
    return source_response(read_verified(item.file, item.sha256), item.file_name)


def _item(request: HttpRequest, pk: int) -> ImportItem:
    rows = visible_import_items(request.user).select_related("batch", "reply", "twin", "changed_by")
    return get_object_or_404(rows, pk=pk)


def _judged(item: ImportItem) -> Judged | None:
    return next(iter(judge([item])), None)


def _page(request: HttpRequest, item: ImportItem, judged: Judged | None, form: CorrectionForm | None) -> HttpResponse:
    context: dict[str, Any] = {
        "item": item,
        "judged": judged,
        "form": form,
        "state": item.stage,
        "tone": TONES.get(item.stage, "neutral"),
        "may_drop": can(cast(User, request.user), "drop_item", item).allowed,
        "clash_url": _case_url(request, judged),
        "crumbs": batch_crumbs(item.batch, item.file_name),
    }
    is_bad = form is not None and bool(form.errors)
    return render(request, "replies/importing/item.html", context, status=400 if is_bad else 200)


def _case_url(request: HttpRequest, judged: Judged | None) -> str:
    """The case that has the number already, for those who may see it."""
    if judged is None or judged.clash is None:
        return ""
    seen = knows_case(cast(User, request.user), judged.clash.pk)
    return reverse("proposal-detail", args=[judged.clash.pk]) if seen else ""


def _conflict(request: HttpRequest, item: ImportItem, conflict: EditConflict) -> HttpResponse:
    """Both texts; the form holds what was typed, ready to be saved over the version that came in between."""
    data: QueryDict = request.POST.copy()
    data["version"] = str(conflict.version)
    item.refresh_from_db()
    context = {
        "form": CorrectionForm(data),
        "lines": merge_view(conflict.mine, conflict.theirs),
        "mine": conflict.mine,
        "theirs": conflict.theirs,
        "saved_by": item.changed_by,
        "saved_at": item.changed_at,
        "action_url": reverse("import-item", args=[item.pk]),
        "cancel_url": reverse("import-item", args=[item.pk]),
        "crumbs": batch_crumbs(item.batch, item.file_name),
    }
    return render(request, "replies/importing/conflict.html", context, status=409)
