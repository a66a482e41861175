"""The page of 撤回签发, reached from the page of the file that could not be made."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from proposals.errors import InvalidInput
from proposals.services.locking import insist
from proposals.views.forms_help import add_service_errors, sent
from replies.forms.clearance import CommentForm
from replies.services.unsigning import may_return_signed, return_signed
from replies.views.countersigning import ask_step
from replies.views.lookups import person, visible_reply


@login_required
@require_http_methods(["GET", "POST"])
def reply_return_signed(request: HttpRequest, pk: int) -> HttpResponse:
    """撤回签发, with the reason."""
    reply = visible_reply(request, pk)
    insist(may_return_signed(person(request), reply))
    form = CommentForm(sent(request))
    form.fields["comment"].help_text = "必须写明原因，如要换掉哪个字；本单位经办人会看到。"
    if request.method == "POST" and form.is_valid():
        try:
            return_signed(person(request), reply=reply, comment=form.cleaned_data["comment"])
        except InvalidInput as error:
            add_service_errors(form, error)
        else:
            messages.success(request, "签发已撤回，答复稿退回经办人修改。")
            return redirect("proposal-detail", pk=reply.proposal_id)
    return ask_step(request, reply, form, "return_signed", danger=True)
