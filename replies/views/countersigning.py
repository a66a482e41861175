"""Pages around 会签: agree with changes, refuse, the lead's word on a change, the office's coordination."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from panjin_portal.lib.diff import merge_view
from proposals.errors import InvalidInput
from proposals.services.locking import insist
from proposals.views.forms_help import add_service_errors, sent, status_of
from replies.forms.clearance import ChangeForm, CommentForm, CoordinationForm, WordingsForm
from replies.handling_workflow import CHANGE
from replies.models import CountersignChange, Reply
from replies.permissions import can, may_read_clearance, visible_replies
from replies.queries import clearance_rounds, load_sections, place
from replies.services.changes import accept_change, may_decide, refuse_change
from replies.services.clearance import insist_on_new_person
from replies.services.coordinating import coordinate_back, coordinate_on
from replies.services.countersigning import countersign_with_changes, may_countersign, refuse_countersign
from replies.views.clearance import letter_context
from replies.views.lookups import person, visible_reply
from replies.views.reading import crumbs
from replies.workflow import REPLY


@login_required
@require_http_methods(["GET", "POST"])
def reply_countersign_changes(request: HttpRequest, pk: int) -> HttpResponse:
    """附修改同意: every section to be changed where the bureau wants it otherwise."""
    reply = visible_reply(request, pk)
    _insist_on_turn(request, reply, "countersign_with_changes")
    placed = place(load_sections(reply), reply.scheme)
    form = WordingsForm(sent(request), initial=_seen(reply), sections=placed)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            countersign_with_changes(
                person(request),
                reply=reply,
                wordings=form.wordings(),
                comment=data["comment"],
                seen_round=data["round"],
                seen_edition=data["edition"],
            )
        except InvalidInput as error:
            add_service_errors(form, error)
        else:
            messages.success(request, "已会签，修改已送主办单位处理。")
            return redirect("proposal-detail", pk=reply.proposal_id)
    return ask_step(request, reply, form, "countersign_with_changes")


@login_required
@require_http_methods(["GET", "POST"])
def reply_countersign_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """不同意, with the reason."""
    reply = visible_reply(request, pk)
    _insist_on_turn(request, reply, "refuse_countersign")
    form = CommentForm(sent(request), initial=_seen(reply))
    form.fields["comment"].help_text = "必须写明理由，主办单位和督查室会看到。"
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            refuse_countersign(
                person(request),
                reply=reply,
                comment=data["comment"],
                seen_round=data["round"],
                seen_edition=data["edition"],
            )
        except InvalidInput as error:
            add_service_errors(form, error)
        else:
            messages.success(request, "已写明不同意，市政府督查室将协调。")
            return redirect("proposal-detail", pk=reply.proposal_id)
    return ask_step(request, reply, form, "refuse_countersign", danger=True)


@login_required
@require_http_methods(["GET", "POST"])
def change_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """One change as a difference, to be read by whoever reads the chain; the lead accepts or refuses it here."""
    user = person(request)
    rows = CountersignChange.objects.filter(reply__in=visible_replies(user)).select_related(
        "reply__proposal__session", "reply__bureau", "section", "step__post__bureau", "step__actor", "decided_by"
    )
    change = get_object_or_404(rows, pk=pk)
    if not may_read_clearance(user, change.reply):
        raise Http404
    decision = may_decide(user, change)
    section = change.section
    form = ChangeForm(sent(request), initial={"version": section.version if section else 0})
    if request.method == "POST":
        insist(decision)
        if form.is_valid() and _decide(request, change, form):
            return redirect("reply-detail", pk=change.reply_id)
    present = "\n".join(filter(None, (section.heading, section.body))) if section and decision else change.old_text
    detail = reverse("reply-detail", args=[change.reply_id])
    context = {
        "change": change,
        "reply": change.reply,
        "lines": merge_view(change.new_text, present),
        "form": form if decision else None,
        "reason": "" if decision or change.state != "waiting" else decision.reason,
        "rows": [CHANGE.get("accept_change"), CHANGE.get("refuse_change")],
        "crumbs": crumbs(change.reply.proposal, detail, "会签修改"),
    }
    return render(request, "replies/clearance/change.html", context, status=status_of(form))


def _decide(request: HttpRequest, change: CountersignChange, form: ChangeForm) -> bool:
    """Take the decision the button names; False with the errors on the form."""
    data = form.cleaned_data
    try:
        if request.POST.get("decision") == "accept":
            accept_change(person(request), change=change, seen_version=data["version"], answer=data["answer"])
            messages.success(request, "已采用，正文已改。此前会签的其他单位会再次收到会签通知。")
        else:
            refuse_change(person(request), change=change, answer=data["answer"])
            messages.success(request, "没有采用，会办单位会看到您的理由。")
    except InvalidInput as error:
        add_service_errors(form, error)
        return False
    return True


@login_required
@require_http_methods(["GET", "POST"])
def reply_coordinate(request: HttpRequest, pk: int) -> HttpResponse:
    """协调: the record of it, and whether the chain goes on or back."""
    reply = visible_reply(request, pk)
    insist(can(person(request), "coordinate_on", reply))
    form = CoordinationForm(sent(request), initial={"round": reply.clearance_round})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        goes_on = data["outcome"] == CoordinationForm.ON
        act = coordinate_on if goes_on else coordinate_back
        try:
            act(person(request), reply=reply, comment=data["comment"], seen_round=data["round"])
        except InvalidInput as error:
            add_service_errors(form, error)
        else:
            messages.success(request, "已记录协调情况，继续会签。" if goes_on else "已记录协调情况，退回主办单位修改。")
            return redirect("proposal-detail", pk=reply.proposal_id)
    title, button = "协调会签意见", "存入协调结论"
    return ask_step(request, reply, form, "coordinate_on", "coordinate_back", title=title, button=button)


def _insist_on_turn(request: HttpRequest, reply: Reply, action: str) -> None:
    insist(may_countersign(person(request), reply, action))
    insist_on_new_person(person(request), reply)


def _seen(reply: Reply) -> dict[str, int]:
    return {"round": reply.clearance_round, "edition": reply.edition}


def ask_step(
    request: HttpRequest,
    reply: Reply,
    form: Form,
    *actions: str,
    title: str = "",
    button: str = "",
    danger: bool = False,
) -> HttpResponse:
    """The text, the chain, and the form of a step; ``actions``: the table rows it may become."""
    rows = [REPLY.get(name) for name in actions]
    context = {
        **letter_context(reply),
        "form": form,
        "rows": rows,
        "page_title": title or rows[0].label,
        "button": button or rows[0].label,
        "danger": danger,
        "rounds": clearance_rounds(reply),
        "is_wide": isinstance(form, WordingsForm),
    }
    return render(request, "replies/clearance/step.html", context, status=status_of(form))
