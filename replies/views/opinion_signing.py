"""Pages of the signature on a co-handler's opinion: sign or send back, take back."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from proposals.errors import InvalidInput, WrongStage
from proposals.models import Assignment
from proposals.services.locking import insist
from replies.forms.opinions import OpinionSignForm
from replies.models import CoHandlerOpinion
from replies.permissions import can, can_start_opinion
from replies.services.opinion_signing import return_opinion, sign_opinion, withdraw_opinion
from replies.views.lookups import person, visible_assignment
from replies.views.opinion_lines import lines_in_letter
from replies.workflow import OPINION


@login_required
@require_http_methods(["GET", "POST"])
def opinion_sign(request: HttpRequest, pk: int) -> HttpResponse:
    """签发会办意见: the text as it will read, and the leader's decision about it."""
    assignment = visible_assignment(request, pk)
    opinion = _handed_in(request, assignment)
    insist(can(person(request), "sign_opinion", opinion))
    form = OpinionSignForm(request.POST if request.method == "POST" else None, initial={"version": opinion.version})
    if request.method == "POST" and form.is_valid():
        do, seen = request.POST.get("do"), form.cleaned_data["version"]
        try:
            if do == "return":
                return_opinion(person(request), opinion=opinion, comment=form.cleaned_data["comment"])
                messages.success(request, "会办意见已退回经办人修改。")
            elif do == "sign" and seen is not None:
                sign_opinion(person(request), opinion=opinion, seen_version=seen)
                messages.success(request, "会办意见已签发，已送主办单位。")
            else:  # nobody signs a text without saying which one he read
                raise InvalidInput({"comment": "页面没有完整送出，请刷新页面，看过全文后再按“签发”或“退回修改”。"})
        except InvalidInput as error:
            form.add_error("comment", error.errors["comment"])
        else:
            return redirect("proposal-detail", pk=assignment.proposal_id)
    rows = [OPINION.get("sign_opinion"), OPINION.get("return_opinion")]
    context = {**_context(assignment, opinion), "form": form, "rows": rows}
    return render(request, "replies/drafting/opinion_sign.html", context, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def opinion_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """撤回修改, while it is not signed."""
    assignment = visible_assignment(request, pk)
    opinion = _handed_in(request, assignment)
    insist(can(person(request), "withdraw_opinion", opinion))
    if request.method == "POST":
        withdraw_opinion(person(request), opinion=opinion)
        messages.success(request, "会办意见已撤回，可以修改后重新送签发。")
        return redirect("opinion-edit", pk=assignment.pk)
    context = {**_context(assignment, opinion), "row": OPINION.get("withdraw_opinion")}
    return render(request, "replies/drafting/opinion_withdraw.html", context)


def _handed_in(request: HttpRequest, assignment: Assignment) -> CoHandlerOpinion:
    """The opinion of this assignment; a refusal with its reason when none is written yet."""
    opinion = CoHandlerOpinion.objects.filter(assignment=assignment).select_related("written_by", "sent_by").first()
    if opinion is None:
        # Nobody signs what is not there: who has no part in it is refused as a stranger to it, the others are told.
        insist(can(person(request), "write_opinion", CoHandlerOpinion(assignment=assignment)))
        insist(can_start_opinion(person(request), assignment))
        raise WrongStage("会办意见还没有写，请先写好再送签发。")
    opinion.assignment = assignment
    return opinion


def _context(assignment: Assignment, opinion: CoHandlerOpinion) -> dict[str, object]:
    return {
        "assignment": assignment,
        "opinion": opinion,
        "proposal": assignment.proposal,
        "lines": lines_in_letter(opinion, whole=True),
    }
