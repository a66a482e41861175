"""The page on which the answer matrix is written: one block for each ask, one button for all."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from proposals.errors import InvalidInput
from proposals.services.locking import insist
from replies.answer_matrix import Line, draft_matrix, gaps, proposed_class
from replies.forms.matrix import LineForm
from replies.models import Reply
from replies.permissions import can
from replies.queries import active_assignments, load_sections
from replies.services.matrix import Clash, save_matrix
from replies.views.lookups import person, visible_reply
from replies.views.reading import posted


@dataclass(frozen=True)
class Block:
    """One ask with its form, and the text a colleague saved meanwhile."""

    line: Line
    form: LineForm
    clash: Clash | None = None


@login_required
@require_http_methods(["GET", "POST"])
def reply_matrix(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the matrix of a draft. A line somebody else saved first comes back with both texts; the others are kept."""
    reply = visible_reply(request, pk)
    insist(can(person(request), "draft", reply))
    lines = draft_matrix(reply, load_sections(reply))
    forms = _forms(request, reply, lines)
    clashes: dict[int, Clash] = {}
    checked = [form.is_valid() for form in forms.values()]  # every form, so that all errors show
    if all(checked):
        try:
            saved = save_matrix(
                person(request),
                reply=reply,
                lines={ask: (form.cleaned_data["version"], form.text()) for ask, form in forms.items()},
            )
        except InvalidInput as error:
            _add_errors(forms, error)
        else:
            if not saved.clashes:
                messages.success(request, "逐条对照已保存。")
                return redirect("reply-edit" if request.POST.get("do") == "back" else "reply-matrix", pk=reply.pk)
            clashes = dict(saved.clashes)
            for ask, clash in clashes.items():
                forms[ask].data = forms[ask].data.copy()  # type: ignore[attr-defined]  # a QueryDict, when posted
                forms[ask].data[f"a{ask}-version"] = str(clash.version)  # type: ignore[index]
    has_errors = any(form.errors for form in forms.values())
    classes = list(reply.proposal.session.result_scheme.classes.all())
    context = {
        "reply": reply,
        "proposal": reply.proposal,
        "blocks": [Block(line, forms[line.ask], clashes.get(line.ask)) for line in lines],
        "error_forms": [form for form in forms.values() if form.errors],
        "gaps": [] if has_errors or clashes else gaps(lines, reply.result_class),
        "proposed": proposed_class(lines, classes),
        "has_clashes": bool(clashes),
        "crumbs": [
            {"label": "提案", "url": reverse("proposal-list")},
            {"label": reply.proposal.label, "url": reverse("proposal-detail", args=[reply.proposal_id])},
            {"label": "拟写答复", "url": reverse("reply-edit", args=[reply.pk])},
            {"label": "逐条对照", "url": ""},
        ],
    }
    status = 400 if has_errors else 409 if clashes else 200
    return render(request, "replies/drafting/matrix.html", context, status=status)


def _forms(request: HttpRequest, reply: Reply, lines: list[Line]) -> dict[int, LineForm]:
    classes = list(reply.proposal.session.result_scheme.classes.all())
    shares = active_assignments(reply.proposal_id)
    bureaus = {reply.bureau_id: reply.bureau, **{row.bureau_id: row.bureau for row in shares}}
    return {
        line.ask: LineForm(posted(request), line=line, classes=classes, bureaus=list(bureaus.values()))
        for line in lines
    }


def _add_errors(forms: dict[int, LineForm], error: InvalidInput) -> None:
    for key, sentences in error.errors.items():
        prefix, _, name = key.partition("-")
        form = forms[int(prefix[1:])]
        for sentence in sentences:
            form.add_error(name if name in form.fields else None, sentence)
