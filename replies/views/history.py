"""Earlier texts of a reply: the list, the difference to the text before, restoring."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from panjin_portal.lib.clock import SHANGHAI
from panjin_portal.lib.diff import merge_view
from proposals.permissions import bureaus_of
from proposals.services.locking import insist
from replies.models import Reply, Revision
from replies.permissions import can
from replies.services.restoring import restore_revision
from replies.services.revisions import text_of
from replies.views.lookups import person, visible_reply

SHOWN = 100


@login_required
@require_GET
def reply_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Earlier texts, newest first; ``?a=3&b=5`` compares two, without it the newest with the one before."""
    reply = _drafted_reply(request, pk)
    revisions = list(
        reply.revisions.select_related("author", "post__bureau", "post__proposer").order_by("-number")[:SHOWN]
    )
    by_number = {revision.number: revision for revision in revisions}
    newer = by_number.get(_number(request, "b")) or next(iter(revisions), None)
    older = by_number.get(_number(request, "a")) or (_before(revisions, newer) if newer else None)
    lines = merge_view(text_of(newer.outline), text_of(older.outline) if older else "") if newer else []
    context = {
        "reply": reply,
        "revisions": revisions,
        "older": older,
        "newer": newer,
        "lines": lines,
        "is_same": all(line.kind == "same" for line in lines),
        "may_restore": bool(can(person(request), "draft", reply)),
        "crumbs": [
            {"label": reply.proposal.label, "url": reverse("proposal-detail", args=[reply.proposal_id])},
            {"label": "答复", "url": reverse("reply-detail", args=[reply.pk])},
            {"label": "历次文本", "url": ""},
        ],
    }
    return render(request, "replies/drafting/history.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def reply_restore(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Bring an earlier text back, after saying what happens to the present one."""
    reply = _drafted_reply(request, pk)
    insist(can(person(request), "draft", reply))
    revision = get_object_or_404(Revision, reply=reply, number=number)
    if request.method == "POST":
        restore_revision(person(request), reply=reply, revision=revision)
        messages.success(request, f"已恢复第{number}稿。原来的文字也在历次文本里。")
        return redirect("reply-edit", pk=reply.pk)
    made = f"{revision.made_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    context = {
        "title": f"恢复第{number}稿",
        "effects": [
            f"答复稿的全部文字换成第{number}稿（{made}，{revision.author}）。",
            "现在的文字不会丢失，仍在历次文本里。",
        ],
        "action_label": "恢复",
        "cancel_url": reverse("reply-history", args=[reply.pk]),
    }
    return render(request, "base/confirm_page.html", context)


def _drafted_reply(request: HttpRequest, pk: int) -> Reply:
    """The reply, for people of its own bureau: earlier drafts are nobody else's business (404)."""
    reply = visible_reply(request, pk)
    if reply.bureau_id not in bureaus_of(person(request)):
        raise Http404
    return reply


def _number(request: HttpRequest, name: str) -> int:
    raw = request.GET.get(name, "")
    return int(raw) if raw.isascii() and raw.isdecimal() and len(raw) < 9 else 0


def _before(revisions: list[Revision], newer: Revision) -> Revision | None:
    return next((one for one in revisions if one.number < newer.number), None)
