"""The buttons of the outline: add, move, delete; each is ``do=verb:section:place`` in the editor's form."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from proposals.errors import InvalidInput, WrongStage
from proposals.forms.fields import is_id
from proposals.services.locking import insist
from replies.models import Reply, ReplySection
from replies.permissions import can, visible_replies
from replies.queries import load_sections
from replies.services.sections import Add, Move, add_section, delete_section, move_section, subtree
from replies.views.lookups import person

MOVES = {move.value for move in Move}
ADDS = {add.value for add in Add}


def act_on_outline(request: HttpRequest, reply: Reply, do: str) -> HttpResponse:
    """Do what the pressed button says, after the text was stored, and come back to the place on the page."""
    verb, pk, seen = [*do.split(":"), "", ""][:3]
    number = int(pk) if is_id(pk) else None
    if verb == "review":
        return redirect("reply-send-to-review", pk=reply.pk)
    if verb == "matrix":
        return redirect("reply-matrix", pk=reply.pk)
    if verb == "take" and number is not None:
        return redirect("opinion-take-over", pk=number)
    if verb == "delete" and number is not None:
        return redirect("section-delete", pk=number)
    anchor = f"s{number}" if number is not None else "head" if verb == "save" else ""
    try:
        if verb in MOVES and number is not None:
            section = get_object_or_404(ReplySection, pk=number, reply=reply)
            move_section(person(request), section=section, move=Move(verb), seen_place=seen)
        elif verb in ADDS or verb == "add":
            where = Add(verb) if verb in ADDS else Add.AFTER
            anchor = f"s{add_section(person(request), reply=reply, where=where, beside=number).pk}"
    except (WrongStage, InvalidInput) as refusal:
        # The text is stored already; only the place did not change, so the page says why and stays.
        messages.error(request, refusal.message)
    url = reverse("reply-edit", args=[reply.pk])
    return HttpResponseRedirect(f"{url}#{anchor}" if anchor else url)


@login_required
@require_http_methods(["GET", "POST"])
def section_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask before a section goes; its text stays among the earlier texts."""
    sections = ReplySection.objects.filter(reply__in=visible_replies(person(request))).select_related("reply__proposal")
    section = get_object_or_404(sections, pk=pk)
    reply = section.reply
    insist(can(person(request), "draft", reply))
    if request.method == "POST":
        version = request.POST.get("version", "")
        seen = int(version) if is_id(version) else 0
        delete_section(person(request), section=section, seen_version=seen)
        messages.success(request, "已删除。文字仍保留在历次文本里，可以恢复。")
        return redirect("reply-edit", pk=reply.pk)
    below = len(subtree(load_sections(reply), section)) - 1
    effects = ["这一段从答复稿里去掉，序号自动重排。", "文字仍保留在“历次文本”里，可以恢复。"]
    if below:
        effects.insert(1, f"它下面的{below}个下级段落一并去掉。")
    if section.source_opinion_id:
        effects.append("它采自会办意见；会办意见本身不受影响，但不能再次采用。")
    context = {"section": section, "reply": reply, "effects": effects}
    return render(request, "replies/drafting/delete_section.html", context)
