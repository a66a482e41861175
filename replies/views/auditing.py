"""The page of 办复审查."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from proposals.errors import InvalidInput
from proposals.services.locking import insist
from proposals.views.forms_help import add_service_errors, sent
from replies.forms.clearance import AuditForm
from replies.permissions import can
from replies.services.auditing import pass_audit, return_audit
from replies.views.countersigning import ask_step
from replies.views.lookups import person, visible_reply


@login_required
@require_http_methods(["GET", "POST"])
def reply_audit(request: HttpRequest, pk: int) -> HttpResponse:
    """Pass the draft on to the leader, with the class as it is or another one, or send it back."""
    reply = visible_reply(request, pk)
    insist(can(person(request), "pass_audit", reply))
    initial = {"round": reply.clearance_round, "result_class": reply.result_class_id}
    form = AuditForm(sent(request), initial=initial, classes=reply.proposal.session.result_scheme.classes.all())
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        passes = data["outcome"] == AuditForm.PASS
        try:
            if passes:
                pass_audit(
                    person(request),
                    reply=reply,
                    result_class=data["result_class"],
                    comment=data["comment"],
                    seen_round=data["round"],
                )
            else:
                return_audit(person(request), reply=reply, comment=data["comment"], seen_round=data["round"])
        except InvalidInput as error:
            add_service_errors(form, error)
        else:
            messages.success(request, "审查通过，已送领导签发。" if passes else "已退回承办单位修改。")
            return redirect("proposal-detail", pk=reply.proposal_id)
    return ask_step(request, reply, form, "pass_audit", "return_audit", title="办复审查", button="存入审查结论")
