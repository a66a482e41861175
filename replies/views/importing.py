"""An imported reply: check against the source, the source file, a new draft in its place."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from proposals.errors import InvalidInput
from proposals.models import User
from proposals.services.locking import insist
from proposals.views.forms_help import add_service_errors
from replies.forms.importing import ConfirmImportForm
from replies.models import ImportedSource, Reply
from replies.services.import_fields import warnings_in
from replies.services.import_making import gaps_of
from replies.services.importing import confirm_import, may_confirm
from replies.services.issuing import may_revise, revise_reply
from replies.services.letters import letter_of
from replies.services.storing import read_verified
from replies.views.files import source_response
from replies.views.lookups import visible_reply
from replies.views.reading import case_url, crumbs, posted, readable
from replies.workflow import REPLY


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Text and source side by side; staff confirm who signed the original and when."""
    user = cast(User, request.user)
    reply = visible_reply(request, pk, "proposal", "bureau", "result_class")
    source = _source(reply)
    decision = may_confirm(user, reply)
    if request.method == "POST":
        insist(decision)
    initial = {"signed_on": reply.signed_on, "signed_by": reply.signer_names}
    form = ConfirmImportForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            confirm_import(user, reply=reply, **form.cleaned_data)
        except InvalidInput as error:
            add_service_errors(form, error)
        else:
            messages.success(request, "已确认与原件一致，正在生成答复函。")
            return redirect(case_url(user, reply))
    context = {
        "reply": reply,
        "source": source,
        "letter": readable(letter_of(reply)),
        "warnings": warnings_in(source.reading, {one["field"]: one["to"] for one in source.corrections}),
        "gaps": gaps_of(source),
        "form": form if decision else None,
        "reason": decision.reason,
        "effects": [REPLY.get("confirm_import").consequence],
        "state": reply.stage,
        "crumbs": crumbs(reply.proposal, case_url(user, reply), "核对导入"),
    }
    return render(request, "replies/importing/confirm.html", context, status=400 if form.errors else 200)


@login_required
@require_safe
def import_source(request: HttpRequest, pk: int) -> HttpResponse:
    """The source file as it was imported."""
    reply = visible_reply(request, pk, "proposal")
    source = _source(reply)
    return source_response(read_verified(source.file, source.sha256), source.file_name)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reply_revise(request: HttpRequest, pk: int) -> HttpResponse:
    """A new draft with the text of a confirmed import."""
    user = cast(User, request.user)
    reply = visible_reply(request, pk, "proposal", "bureau")
    if request.method == "POST":
        draft = revise_reply(user, reply=reply)
        messages.success(request, "新稿已建好，原答复保持不变，直到新稿印发。")
        return redirect("reply-detail", pk=draft.pk)
    insist(may_revise(user, reply))
    context = {
        "title": "另拟一份新稿？",
        "effects": [REPLY.get("revise").consequence, "原来的答复和公开页面保持不变，直到新稿印发、公开。"],
        "action_label": "另拟新稿",
        "cancel_url": reverse("reply-detail", args=[pk]),
        "crumbs": crumbs(reply.proposal, case_url(user, reply), "另拟新稿"),
    }
    return render(request, "base/confirm_page.html", context)


def _source(reply: Reply) -> ImportedSource:
    source = ImportedSource.objects.select_related("imported_by", "confirmed_by").filter(reply=reply).first()
    if source is None:
        raise Http404("这份答复不是导入的。")
    return source
