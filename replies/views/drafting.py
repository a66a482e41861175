"""Writing a reply: start, edit, autosave, and the page for two texts of one part."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from panjin_portal.lib.clock import now
from panjin_portal.lib.diff import merge_view
from proposals.errors import InvalidInput, PortalError
from proposals.forms.faults import first_fault
from proposals.services.locking import insist
from replies.forms.drafting import EditorForms, Stamp, head_initial, section_initial, stamps_text
from replies.models import Reply, Revision
from replies.permissions import can
from replies.services.drafting import default_texts, may_start, start_reply
from replies.services.saving import (
    HEAD,
    NEW,
    Conflict,
    HeadText,
    Saved,
    SectionText,
    head_text,
    save_parts,
    section_text,
    unmerged_text,
)
from replies.views.editor import Editor, draft_key, load_editor, show_editor
from replies.views.lookups import json_login_required, person, visible_assignment, visible_reply
from replies.views.sections import act_on_outline


@login_required
@require_http_methods(["GET", "POST"])
def reply_start(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the draft of an assignment, after saying what will stand in it."""
    assignment = visible_assignment(request, pk)
    if request.method == "POST":
        reply = start_reply(person(request), assignment=assignment)
        messages.success(request, "已建立答复稿，标题、主送和开头语已按提案填好，请核对。")
        return redirect("reply-edit", pk=reply.pk)
    insist(may_start(person(request), assignment))
    texts = default_texts(assignment)
    context = {
        "title": "拟写答复",
        "effects": [
            f"为{assignment.proposal.label}提案建立一份答复稿，由{assignment.bureau.short_name}拟写。",
            f"标题先写作“{texts.title}”，主送{texts.addressee}，都可以再改。",
            "送核稿之前，只有本单位能看到。",
        ],
        "action_label": "开始拟写",
        "cancel_url": reverse("proposal-detail", args=[assignment.proposal_id]),
    }
    return render(request, "base/confirm_page.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def reply_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The editor. One form: every button first stores what was typed, then does what it says."""
    reply = visible_reply(request, pk)
    insist(can(person(request), "draft", reply))
    if request.method == "GET":
        return show_editor(request, load_editor(reply))
    editor = load_editor(reply, request.POST)
    saved = _save(request, editor)
    if saved is None:
        return show_editor(request, editor, status=400)
    if saved.conflicts:
        return _show_conflict(request, reply, saved.conflicts, status=409)
    messages.success(request, "已保存。", extra_tags=draft_key(request, reply))
    return act_on_outline(request, reply, request.POST.get("do", ""))


@json_login_required
@require_POST
def reply_autosave(request: HttpRequest, pk: int) -> HttpResponse:
    """Store what changed on an open editor page; answers as ``static/js/autosave.js`` expects."""
    reply = visible_reply(request, pk)
    try:
        insist(can(person(request), "draft", reply))
        editor = load_editor(reply, request.POST)
        saved = _save(request, editor, autosave=True)
    except PortalError as error:
        return JsonResponse({"message": error.message}, status=error.status)
    if saved is None:
        return JsonResponse({"message": _first_error(editor.forms)}, status=400)
    if saved.conflicts:
        url = reverse("reply-conflict", args=[reply.pk, saved.unmerged_as])
        return JsonResponse({"conflict_url": url, "message": "这份答复稿刚被别人改过同一段"}, status=409)
    stamps = editor.forms.stamps_after(saved.versions)
    return JsonResponse({"version": stamps, "saved_at": f"{now():%H:%M}"})


@login_required
@require_GET
def reply_conflict(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Both texts of the parts that a save could not store; the form there saves the merged text."""
    reply = visible_reply(request, pk)
    insist(can(person(request), "draft", reply))
    kept = get_object_or_404(Revision, reply=reply, number=number)
    unmerged = kept.outline.get("unmerged", {})
    if not unmerged:
        return redirect("reply-edit", pk=reply.pk)
    stored = {f"s{row.pk}": row for row in load_editor(reply).rows}
    conflicts = []
    for key, data in unmerged.items():
        mine, row = unmerged_text(key, data), stored.get(key)
        if key == HEAD:
            conflicts.append(Conflict(key, mine, head_text(reply), reply.version))
        else:
            theirs = section_text(row) if row else None
            conflicts.append(Conflict(key, mine, theirs, row.version if row else 0))
    return _show_conflict(request, reply, conflicts)


def _save(request: HttpRequest, editor: Editor, *, autosave: bool = False) -> Saved | None:
    """Store what changed; None when something cannot be taken, with the errors at their fields."""
    forms = editor.forms
    if not forms.is_valid():
        return None
    parts = forms.changed_parts()
    if not parts:
        return Saved()
    try:
        return save_parts(person(request), reply=editor.reply, parts=parts, autosave=autosave)
    except InvalidInput as error:
        forms.add_errors(error.errors)
        return None


def _first_error(forms: EditorForms) -> str:
    for form in forms.named().values():
        if form.errors:
            return first_fault(form)
    return "有内容需要更正"


def _show_conflict(
    request: HttpRequest, reply: Reply, conflicts: list[Conflict] | tuple[Conflict, ...], *, status: int = 200
) -> HttpResponse:
    """My text stays in the form; the version is the one that stands now, so saving replaces it knowingly."""
    editor = load_editor(reply)
    parts, stamps = [], {}
    for conflict in conflicts:
        key = conflict.key if conflict.theirs is not None else NEW + conflict.key[1:]
        theirs = conflict.theirs.as_text() if conflict.theirs else ""
        stamps[key] = Stamp(conflict.version, "")
        parts.append(
            {
                "name": _part_name(conflict.mine),
                "is_gone": conflict.theirs is None,
                "lines": merge_view(conflict.mine.as_text(), theirs),
                "mine": conflict.mine.as_text(),
                "theirs": theirs,
                "form": _conflict_form(editor, key, conflict.mine),
            }
        )
    context = {"reply": reply, "parts": parts, "stamps": stamps_text(stamps)}
    return render(request, "replies/drafting/conflict.html", context, status=status)


def _conflict_form(editor: Editor, key: str, mine: HeadText | SectionText) -> object:
    if isinstance(mine, HeadText):
        form = editor.forms.head
        form.initial = head_initial(mine)
        return form
    template = editor.forms.sections.get(key) or editor.blank_section(key)
    template.initial = section_initial(mine)
    return template


def _part_name(mine: HeadText | SectionText) -> str:
    if isinstance(mine, HeadText):
        return "标题、主送和结尾"
    words = mine.heading or mine.body
    return f"“{words[:24]}”" if words else "空白段落"
