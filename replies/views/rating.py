"""Ratings that come another way: on paper, typed in by staff with the scan, and by a one-time link."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from proposals.errors import InvalidInput, PortalError
from proposals.models import Proposer
from proposals.services.locking import insist
from proposals.views.forms_help import add_service_errors, confirm_page
from replies.documents.letter import from_dict
from replies.forms.feedback import LinkForm, PaperForm, RatingForm
from replies.models import Feedback, RatingLink
from replies.permissions_followup import visible_ratings
from replies.services.feedback import (
    enter_paper_rating,
    insist_unrated,
    may_enter_paper,
    questions_for,
    unrated_proposers,
)
from replies.services.rating_links import find_link, insist_live, linkable, may_send_link, rate_by_link, send_link
from replies.services.storing import read_verified
from replies.views.files import source_response
from replies.views.lookups import person, visible_reply
from replies.views.reading import posted, readable
from replies.workflow import REPLY


@login_required
@require_http_methods(["GET", "POST"])
def rating_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """录入纸质表, with its scan."""
    user, reply = person(request), visible_reply(request, pk)
    insist(may_enter_paper(user, reply))
    proposers = unrated_proposers(reply)
    questions = {one.code: one for proposer in proposers for one in questions_for(reply.proposal, proposer)}
    form = PaperForm(posted(request), request.FILES or None, proposers=proposers, questions=list(questions.values()))
    if request.method == "POST" and form.is_valid():
        chosen = next(one for one in proposers if one.pk == form.cleaned_data["proposer"])
        try:
            enter_paper_rating(user, reply=reply, proposer=chosen, rating=form.rating(), scan=form.cleaned_data["scan"])
        except InvalidInput as error:
            add_service_errors(form, error)
        else:
            messages.success(request, "纸质评价已录入。")
            return redirect(f"{reverse('proposal-detail', args=[reply.proposal_id])}?tab=rating")
    return confirm_page(
        request,
        title="录入纸质征询意见表",
        effects=[REPLY.get("enter_paper_rating").consequence],
        action_label="录入",
        cancel_url=reverse("proposal-detail", args=[reply.proposal_id]),
        form=form,
        proposal=reply.proposal,
        status=400 if form.errors else 200,
    )


@login_required
@require_safe
def rating_scan(request: HttpRequest, pk: int) -> HttpResponse:
    """The scan of a paper form, as a download."""
    row = get_object_or_404(visible_ratings(person(request)).filter(source=Feedback.Source.PAPER), pk=pk)
    return source_response(read_verified(row.scan, row.scan_sha256), row.scan_name)


@login_required
@require_http_methods(["GET", "POST"])
def rating_send_link(request: HttpRequest, pk: int) -> HttpResponse:
    """发送评价链接."""
    user, reply = person(request), visible_reply(request, pk)
    insist(may_send_link(user, reply))
    proposers = linkable(reply)
    form = LinkForm(posted(request), proposers=proposers)
    if request.method == "POST" and form.is_valid():
        chosen: Proposer = next(one for one in proposers if one.pk == form.cleaned_data["proposer"])
        send_link(user, reply=reply, proposer=chosen)
        messages.success(request, f"评价链接将发到{chosen.name}登记的邮箱，以前的链接作废。")
        return redirect("proposal-detail", pk=reply.proposal_id)
    return confirm_page(
        request,
        title="发送评价链接",
        effects=[REPLY.get("send_rating_link").consequence],
        action_label="发送",
        cancel_url=reverse("proposal-detail", args=[reply.proposal_id]),
        form=form,
        proposal=reply.proposal,
        status=400 if form.errors else 200,
    )


@csrf_exempt  # the address is the secret a forger lacks; readers of mail often come without cookies
@require_http_methods(["GET", "POST"])
def rating_link(request: HttpRequest, token: str) -> HttpResponse:
    """The form behind a mailed link, for whoever holds it. Looking at it changes nothing; it takes one rating."""
    response = _answer_link(request, token)
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _answer_link(request: HttpRequest, token: str) -> HttpResponse:
    link = find_link(token)
    if link is None:
        return _over(request, "没有这个链接，请核对邮件里或表上的地址是否完整。", 404)
    try:
        insist_live(link)
        insist_unrated(link.reply, link.proposer)
        form = RatingForm(posted(request), questions=questions_for(link.reply.proposal, link.proposer))
        if request.method == "POST" and form.is_valid():
            try:
                rate_by_link(token, rating=form.rating())
            except InvalidInput as error:
                add_service_errors(form, error)
            else:
                return render(request, "replies/feedback/link_done.html", {"link": link})
    except PortalError as error:
        return _over(request, error.message, error.status)
    return render(request, "replies/feedback/link.html", _context(link, form), status=400 if form.errors else 200)


def _context(link: RatingLink, form: RatingForm) -> dict[str, object]:
    letter = from_dict(link.reply.signed_letter) if link.reply.signed_letter else None
    return {
        "title": "评价这份答复",
        "link": link,
        "form": form,
        "letter": readable(letter) if letter else None,
        "effects": [REPLY.get("rate").consequence, "提交后这个链接不能再用。"],
        "action_label": "提交评价",
    }


def _over(request: HttpRequest, message: str, status: int) -> HttpResponse:
    return render(request, "replies/feedback/link_over.html", {"message": message}, status=status)
