"""Uploading published pages together, watching them being read, storing those that need no look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from panjin_portal.lib.clock import now
from panjin_portal.lib.pages import page_by_key
from proposals.errors import InvalidInput
from proposals.models import User
from proposals.services.locking import insist
from proposals.services.queueing import WAITED_TOO_LONG
from proposals.views.forms_help import add_service_errors
from replies.forms.importing import UploadForm
from replies.models import ImportBatch, ImportItem
from replies.permissions import visible_batches, visible_proposals
from replies.services.import_batches import open_batch
from replies.services.import_items import store_sound
from replies.services.import_judging import Judged, judge
from replies.services.import_reading import OPEN_STATES
from replies.services.importing import may_import
from replies.views.progress import progress_context
from replies.workflow import ImportState

PAGE_SIZE = 50
BATCHES_SHOWN = 10
TONES = {
    ImportState.WAITING: "neutral",
    ImportState.READING: "neutral",
    ImportState.READ: "info",
    ImportState.REFUSED: "bad",
    ImportState.DUPLICATE: "warn",
    ImportState.STORED: "good",
}


@dataclass(frozen=True)
class Line:
    """One file as the table shows it; ``judged`` for those that wait to be stored, ``clash_url`` for a case with the
    same number that the person may see."""

    item: ImportItem
    label: str
    tone: str
    judged: Judged | None
    clash_url: str

    @property
    def is_open(self) -> bool:
        """Whether it can be dropped."""
        return self.item.state not in (ImportState.READING, ImportState.STORED)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_new(request: HttpRequest) -> HttpResponse:
    """Upload published pages; the batches of late are listed below."""
    user = cast(User, request.user)
    insist(may_import(user))
    form = UploadForm(initial={"key": uuid4().hex})
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                batch = open_batch(
                    user, files=form.cleaned_data["uploads"], key=form.cleaned_data["key"] or uuid4().hex
                )
            except InvalidInput as error:
                add_service_errors(form, error)
            else:
                messages.success(request, "文件已收下，正在读取。")
                return redirect("import-batch", pk=batch.pk)
    context = {
        "form": form,
        "batches": _latest(user),
        "crumbs": [{"label": "提案", "url": reverse("proposal-list")}, {"label": "导入答复", "url": ""}],
    }
    return render(request, "replies/importing/new.html", context, status=400 if form.errors else 200)


@login_required
@require_safe
def import_batch(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the batch is and what became of each file, fifty at a time."""
    batch = _batch(request, pk)
    counts = _counts(batch)
    page = page_by_key(
        batch.items.exclude(state=ImportState.DROPPED).select_related("reply", "twin").defer("text"),
        order=("position",),
        key=request.GET.get("page"),
        size=PAGE_SIZE,
    )
    total = sum(number for state, number in counts.items() if state != ImportState.DROPPED)
    unread = sum(counts.get(state, 0) for state in OPEN_STATES)
    address = reverse("import-batch", args=[pk])
    judged = judge(page.items if unread else _read_items(batch))
    context = {
        "batch": batch,
        "lines": _lines(cast(User, request.user), page.items, judged),
        "sound": 0 if unread else sum(one.is_sound for one in judged),
        "counts": [(state.label, number) for state in ImportState if (number := counts.get(state, 0))],
        "total": total,
        "label": f"读取 {total} 个文件" if unread else "读取",
        "percent": 100 * (total - unread) // total if total else 100,
        "done": not unread,
        "is_stuck": bool(unread) and _waits_too_long(batch),
        **progress_context(request, address),
        "result_url": address,
        "result_label": "刷新，查看结果",
        "next_url": f"?page={page.next_key}" if page.next_key else "",
        "previous_url": f"?page={page.previous_key}" if page.previous_key else "",
        "note": f"共 {total} 个文件",
        "crumbs": batch_crumbs(batch),
    }
    return render(request, "replies/importing/batch.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_batch_store(request: HttpRequest, pk: int) -> HttpResponse:
    """Store all files of the batch that need no look."""
    batch = _batch(request, pk)
    if request.method == "POST":
        done = store_sound(cast(User, request.user), batch=batch)
        if done.replies:
            messages.success(request, f"已存入 {len(done.replies)} 份，请到“我的待办”逐份核对原件。")
        for name, reason in done.refused.items():
            messages.error(request, f"“{name}”没有存入：{reason}")
        if not done.replies and not done.refused:
            messages.info(request, "没有可以一起存入的文件。")
        return redirect("import-batch", pk=pk)
    sound = [one for one in judge(_read_items(batch)) if one.is_sound]
    context = {
        "title": f"全部存入没有问题的 {len(sound)} 份？",
        "effects": [
            "每份建立一件“已导入”的提案，没有办理流程，也没有期限；随后逐份对照原件核对。",
            "有提示、缺必需内容或平台中已有的，不在其中，请逐份打开处理。",
            *(f"{one.fields.session_name()}第{one.fields.number}号：{one.fields.title}" for one in sound),
        ],
        "recipients": ["市政协提案委、市政府督查室的工作人员（待核对）"] if sound else [],
        "action_label": "全部存入",
        "cancel_url": reverse("import-batch", args=[pk]),
        "crumbs": batch_crumbs(batch, "全部存入"),
    }
    return render(request, "base/confirm_page.html", context)


def batch_crumbs(batch: ImportBatch, *labels: str) -> list[dict[str, str]]:
    """The path from the upload over the batch to this page."""
    here = {"label": f"批次 {batch.pk}", "url": reverse("import-batch", args=[batch.pk]) if labels else ""}
    rest = [{"label": label, "url": ""} for label in labels]
    return [{"label": "导入答复", "url": reverse("import-new")}, here, *rest]


def _batch(request: HttpRequest, pk: int) -> ImportBatch:
    return get_object_or_404(visible_batches(request.user).select_related("created_by"), pk=pk)


def _latest(user: User) -> list[ImportBatch]:
    counted = {
        "total": Count("items", filter=~Q(items__state=ImportState.DROPPED)),
        "unread": Count("items", filter=Q(items__state__in=OPEN_STATES)),
        "to_store": Count("items", filter=Q(items__state=ImportState.READ)),
        "stored": Count("items", filter=Q(items__state=ImportState.STORED)),
    }
    rows = visible_batches(user).select_related("created_by").annotate(**counted)
    return list(rows.order_by("-id")[:BATCHES_SHOWN])


def _counts(batch: ImportBatch) -> dict[str, int]:
    rows: Any = batch.items.order_by().values_list("state").annotate(number=Count("id"))
    return dict(rows)


def _read_items(batch: ImportBatch) -> QuerySet[ImportItem]:
    return batch.items.filter(state=ImportState.READ).defer("text")


def _lines(user: User, items: list[ImportItem], judged: list[Judged]) -> list[Line]:
    by_item = {one.item.pk: one for one in judged}
    seen = _visible_clashes(user, [by_item[item.pk] for item in items if item.pk in by_item])
    lines = []
    for item in items:
        one = by_item.get(item.pk)
        label, tone = item.stage.label, TONES.get(item.stage, "neutral")
        if one is not None:
            label, tone = _label_of(one)
        url = reverse("proposal-detail", args=[one.clash.pk]) if one and one.clash and one.clash.pk in seen else ""
        lines.append(Line(item, label, tone, one, url))
    return lines


def _visible_clashes(user: User, judged: list[Judged]) -> set[int]:
    """Ids of the cases with a number of these files that ``user`` may see (at most one query)."""
    wanted = {one.clash.pk for one in judged if one.clash}
    return set(visible_proposals(user, among=list(wanted)).values_list("pk", flat=True)) if wanted else set()


def _label_of(one: Judged) -> tuple[str, str]:
    if one.is_here:
        return "已有", "warn"
    if one.missing:
        return "待补", "bad"
    if one.rival or one.elsewhere:
        return "重号", "warn"
    return ("可以存入", "good") if one.is_sound else ("有提示", "info")


def _waits_too_long(batch: ImportBatch) -> bool:
    waiting = batch.items.filter(state=ImportState.WAITING, queued_at__lt=now() - WAITED_TOO_LONG)
    return waiting.exists()
