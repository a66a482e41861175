"""Pages of clearance: the reading page, and one page per step with the text to be decided on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.forms.utils import ErrorList
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET, require_http_methods

from proposals.errors import InvalidInput
from proposals.models import Assignment, ResultClass, Session, User
from proposals.permissions import bureaus_of
from proposals.services.locking import insist
from replies.answer_matrix import proposed_class, shown_matrix
from replies.documents.letter import Letter, copies_line, from_dict, remark_lines
from replies.forms.clearance import CommentForm, HandInForm, ReviewForm, SignForm
from replies.models import Reply, ReplySection
from replies.permissions import can, may_read_clearance
from replies.permissions_papers import may_preview, may_print_forms
from replies.queries import active_assignments, clearance_rounds, deliveries_of, load_sections
from replies.rules import rule_for
from replies.services.checklist import items_to_check
from replies.services.clearance import (
    insist_on_new_person,
    missing_for_review,
    pass_review,
    same_person_refusal,
    send_back,
    send_to_review,
)
from replies.services.consultations import missing_consultation
from replies.services.countersigning import countersign, may_countersign
from replies.services.delivering import record_reading
from replies.services.letters import letter_of
from replies.services.signing import sign_reply
from replies.views.editor import draft_remarks
from replies.views.lookups import person, reply_to_act_on, visible_reply
from replies.views.reading import readable
from replies.workflow import REPLY, ReplyState

# Which page carries which action; what another room has not built yet shows no button.
PAGES = {
    "draft": "reply-edit",
    "send_to_review": "reply-send-to-review",
    "pass_review": "reply-review",
    "countersign": "reply-countersign",
    "coordinate_on": "reply-coordinate",
    "pass_audit": "reply-audit",
    "sign": "reply-sign",
    "issue": "reply-issue",
    "rate": "reply-rate",
    "confirm_import": "import-confirm",
    "revise": "reply-revise",
}
LABELS = {"draft": "继续拟写", "coordinate_on": "协调", "pass_audit": "办复审查"}
TITLES = {"pass_review": "核稿", "countersign": "会签", "sign": "签发"}
# Further ways to take a step, each on a page of its own: URL name to its row of the table.
OTHER_WAYS = {
    "countersign": {
        "reply-countersign-changes": REPLY.get("countersign_with_changes"),
        "reply-countersign-refuse": REPLY.get("refuse_countersign"),
    }
}
TONES = {
    ReplyState.DRAFTING: "info",
    ReplyState.SIGNED: "good",
    ReplyState.ISSUED: "good",
    ReplyState.CONFIRMED: "good",
    ReplyState.SUPERSEDED: "done",
}


@dataclass(frozen=True)
class StepPage:
    """One page of the chain: its action, its form, and what its main button does."""

    action: str
    make_form: Callable[[QueryDict | None, Reply], Form]
    decide: Callable[[HttpRequest, Reply, dict[str, Any]], object]
    told: str


@login_required
@require_GET
def reply_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The reply as it will read in print, its way through clearance, its files."""
    reply = visible_reply(request, pk)
    is_own = reply.bureau_id in bureaus_of(person(request))
    sees_chain = may_read_clearance(person(request), reply)
    deliveries = deliveries_of(reply) if sees_chain else None
    record_reading(person(request), reply, deliveries)
    told = letter_context(reply)
    context = {
        **told,
        "rounds": clearance_rounds(reply) if sees_chain else [],
        "sees_chain": sees_chain,
        "documents": list(reply.documents.all()),
        "papers": _papers(person(request), reply, sees_chain=sees_chain, is_sealed=told["is_sealed"]),
        "deliveries": deliveries or [],
        "actions": actions_for(request, reply),
        "tone": TONES.get(reply.stage, "warn"),
        "state_label": REPLY.label_of(reply.state),
        "is_own": is_own,
        "crumbs": [
            {"label": "提案", "url": reverse("proposal-list")},
            {"label": reply.proposal.label, "url": reverse("proposal-detail", args=[reply.proposal_id])},
            {"label": "答复", "url": ""},
        ],
    }
    return render(request, "replies/clearance/detail.html", context)


def _papers(user: User, reply: Reply, *, sees_chain: bool, is_sealed: bool) -> list[tuple[str, str]]:
    """Labels and addresses of what is printed when it is asked for."""
    found = []
    if sees_chain:
        found.append((preview_name(is_sealed), reverse("reply-preview", args=[reply.pk])))
    if sees_chain and reply.clearance_round:
        found.append(("发文稿纸", reverse("reply-sheet", args=[reply.pk])))
    if may_print_forms(user, reply):
        found.append(("征询意见表", reverse("reply-forms", args=[reply.pk])))
    return found


def preview_name(is_sealed: bool) -> str:
    """What the preview is called: whoever signs sees the page he signs, also where no seal is kept a place for."""
    return "用印预览" if is_sealed else "版式预览"


def actions_for(request: HttpRequest, reply: Reply) -> list[dict[str, object]]:
    """Buttons of this reply for this person, in table order; only what is his to do now."""
    actions: list[dict[str, object]] = []
    for row in REPLY.leaving(reply.state):
        if row.action not in PAGES or not can(person(request), row.action, reply):
            continue
        try:
            url = reverse(PAGES[row.action], args=[reply.pk])
        except NoReverseMatch:
            continue
        label = LABELS.get(row.action, row.label)
        reason = same_person_refusal(person(request), reply) if row.action in TITLES else ""
        actions.append({"label": label, "url": url, "allowed": not reason, "reason": reason, "primary": not actions})
    return actions


@login_required
@require_http_methods(["GET", "POST"])
def reply_send_to_review(request: HttpRequest, pk: int) -> HttpResponse:
    """送核稿, with what a proof-reader would still say."""
    reply = reply_to_act_on(request, pk)
    insist(can(person(request), "send_to_review", reply))
    form = HandInForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            send_to_review(person(request), reply=reply, comment=form.cleaned_data["comment"])
        except InvalidInput as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "已送核稿。核稿期间答复稿不能修改。")
            return redirect("reply-detail", pk=reply.pk)
    rows, asks = load_sections(reply), list(reply.proposal.asks.all())
    context = {
        "reply": reply,
        "form": form,
        "missing": _what_is_missing(reply, rows),
        "talk_missing": missing_consultation(reply, rule_for(reply.proposal)),
        "effects": [REPLY.get("send_to_review").consequence],
        "remarks": draft_remarks(reply, rows, asks),
    }
    return render(request, "replies/clearance/send_to_review.html", context, status=400 if form.errors else 200)


def _what_is_missing(reply: Reply, rows: list[ReplySection]) -> list[tuple[str, str]]:
    """What is missing with the address of the place where it is written."""
    edit, matrix = reverse("reply-edit", args=[reply.pk]), reverse("reply-matrix", args=[reply.pk])
    places = {"result_class": f"{edit}#head", "": f"{edit}#body", "glyphs": edit}
    found = missing_for_review(reply, rows)
    return [(sentence, places.get(name, f"{matrix}#{name}")) for name, sentence in found.items()]


@login_required
@require_http_methods(["GET", "POST"])
def reply_review(request: HttpRequest, pk: int) -> HttpResponse:
    """核稿: pass on or send back."""
    step = StepPage(
        "pass_review",
        _review_form,
        lambda req, reply, data: pass_review(
            person(req), reply=reply, comment=data["comment"], marks=data["marks"], seen_round=data["round"]
        ),
        "核稿已通过。",
    )
    return _step_page(request, pk, step)


@login_required
@require_http_methods(["GET", "POST"])
def reply_countersign(request: HttpRequest, pk: int) -> HttpResponse:
    """会签: agree for one's bureau or send back."""
    step = StepPage(
        "countersign",
        _comment_form,
        lambda req, reply, data: countersign(
            person(req),
            reply=reply,
            comment=data["comment"],
            seen_round=data["round"],
            seen_edition=data["edition"],
        ),
        "已会签同意。",
    )
    return _step_page(request, pk, step)


@login_required
@require_http_methods(["GET", "POST"])
def reply_sign(request: HttpRequest, pk: int) -> HttpResponse:
    """签发, or send back."""
    step = StepPage(
        "sign",
        _sign_form,
        lambda req, reply, data: sign_reply(
            person(req),
            reply=reply,
            result_class=data["result_class"],
            comment=data["comment"],
            seen_round=data["round"],
        ),
        "已签发，正在生成答复函。",
    )
    return _step_page(request, pk, step)


def _step_page(request: HttpRequest, pk: int, step: StepPage) -> HttpResponse:
    """The text, the chain so far, and a form with two buttons: the step itself, or back to the clerk."""
    reply = reply_to_act_on(request, pk)
    is_return = request.POST.get("decision") == "send_back"
    form = step.make_form(request.POST if request.method == "POST" else None, reply)
    if is_return and "result_class" in form.fields:
        form.fields["result_class"].required = False
    if request.method == "POST" and form.is_valid():
        marks = form.marks() if isinstance(form, ReviewForm) else {}
        data = {**form.cleaned_data, "marks": marks}
        try:
            if is_return:
                send_back(person(request), reply=reply, comment=data["comment"], marks=marks, seen_round=data["round"])
            else:
                step.decide(request, reply, data)
        except InvalidInput as error:
            for name, told in error.errors.items():
                form.add_error(name if name in form.fields else None, ErrorList(told))
        else:
            messages.success(request, "已退回经办人修改。" if is_return else step.told)
            return redirect("proposal-detail", pk=reply.proposal_id)
    _insist_on_turn(request, reply, step.action)
    shown = letter_context(reply)
    context = {
        **shown,
        "preview_name": preview_name(shown["is_sealed"]) if may_preview(person(request), reply) else "",
        "form": form,
        "action": REPLY.get(step.action),
        "page_title": TITLES[step.action],
        "talk_missing": missing_consultation(reply, rule_for(reply.proposal)) if step.action == "pass_review" else "",
        "send_back": REPLY.get("send_back"),
        "others": OTHER_WAYS.get(step.action, {}),
        "rounds": clearance_rounds(reply),
    }
    return render(request, "replies/clearance/decide.html", context, status=400 if form.errors else 200)


def _comment_form(data: QueryDict | None, reply: Reply) -> Form:
    return CommentForm(data, initial={"round": reply.clearance_round, "edition": reply.edition})


def _review_form(data: QueryDict | None, reply: Reply) -> Form:
    shares = active_assignments(reply.proposal_id)
    has_co_handlers = any(share.role == Assignment.Role.CO_HANDLER for share in shares)
    items = items_to_check(has_co_handlers=has_co_handlers)
    return ReviewForm(data, initial={"round": reply.clearance_round}, items=items)


def _sign_form(data: QueryDict | None, reply: Reply) -> Form:
    initial = {"round": reply.clearance_round, "result_class": reply.result_class_id}
    schemes = Session.objects.filter(proposals=reply.proposal_id).values("result_scheme")
    classes = ResultClass.objects.filter(scheme__in=schemes)
    return SignForm(data, initial=initial, classes=classes)


def _insist_on_turn(request: HttpRequest, reply: Reply, action: str) -> None:
    """The page opens only for the person who may take the step: no form that is refused once it is filled in."""
    user = person(request)
    insist(may_countersign(user, reply) if action == "countersign" else can(user, action, reply))
    insist_on_new_person(user, reply)


def letter_context(reply: Reply) -> dict[str, Any]:
    """The letter as signed, or as it stands, and whether a place is kept for a seal; with the answer matrix."""
    rows = load_sections(reply)
    letter: Letter = from_dict(reply.signed_letter) if reply.signed_letter else letter_of(reply, rows)
    matrix = shown_matrix(reply, rows)
    classes = [] if reply.is_frozen else list(reply.proposal.session.result_scheme.classes.all())
    has_contact = letter.contact_person or letter.contact_phone
    return {
        "reply": reply,
        "proposal": reply.proposal,
        "letter": readable(letter),
        "is_sealed": letter.sealed,
        "contact": remark_lines(letter)[-1] if has_contact else "",
        "copies": copies_line(letter),
        "matrix": matrix,
        "proposed_class": proposed_class(matrix, classes),
    }
