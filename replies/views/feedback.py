"""The page where a proposer rates the reply."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from proposals.errors import InvalidInput
from proposals.models import User
from proposals.services.locking import insist
from proposals.views.forms_help import add_service_errors
from replies.forms.feedback import RatingForm
from replies.services.feedback import may_rate, questions_for, rate_reply
from replies.services.rendering import ready_letter
from replies.views.lookups import visible_reply
from replies.views.reading import case_url, crumbs, posted
from replies.workflow import REPLY


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reply_rate(request: HttpRequest, pk: int) -> HttpResponse:
    """征询意见表: two grades and an opinion, once per proposer."""
    user = cast(User, request.user)
    reply = visible_reply(request, pk, "proposal", "bureau")
    post = insist(may_rate(user, reply))
    asked = questions_for(reply.proposal, post.proposer) if post.proposer else []
    form = RatingForm(posted(request), questions=asked)
    if request.method == "POST" and form.is_valid():
        try:
            rate_reply(user, reply=reply, rating=form.rating())
        except InvalidInput as error:
            add_service_errors(form, error)
        else:
            messages.success(request, "评价已提交，谢谢。")
            return redirect(case_url(user, reply))
    letter = ready_letter(reply)
    context = {
        "title": "评价这份答复",
        "reply": reply,
        "proposer": post.proposer,
        "form": form,
        "file_url": reverse("document-file", args=[letter.pk]) if letter else "",
        "effects": [REPLY.get("rate").consequence],
        "action_label": "提交评价",
        "cancel_url": case_url(user, reply),
        "crumbs": crumbs(reply.proposal, case_url(user, reply), "评价答复"),
    }
    return render(request, "replies/feedback/rate.html", context, status=400 if form.errors else 200)
