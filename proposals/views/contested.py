"""The report of contested assignments, for the two offices."""

from __future__ import annotations

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from proposals.contested import OUTCOMES, contested, lines
from proposals.errors import NotAllowed
from proposals.models import Bureau, Session
from proposals.permissions import can_see_contested
from proposals.views.access import person

SHOWN = 200


class ContestedForm(forms.Form):
    """Session, bureau and outcome; what makes no sense narrows nothing."""

    session = forms.ModelChoiceField(Session.objects.all(), label="届次", required=False, empty_label="全部届次")
    bureau = forms.ModelChoiceField(
        Bureau.objects.filter(kind=Bureau.Kind.BUREAU), label="单位", required=False, empty_label="全部单位"
    )
    outcome = forms.ChoiceField(label="结果", choices=[("", "不限"), *OUTCOMES], required=False)


@login_required
@require_safe
def contested_report(request: HttpRequest) -> HttpResponse:
    """Counts per bureau; each opens the requests behind it, each of which opens its case."""
    decision = can_see_contested(person(request))
    if not decision:
        raise NotAllowed(decision.reason)
    form = ContestedForm(request.GET)
    form.is_valid()
    given = form.cleaned_data
    session, bureau, outcome = given.get("session"), given.get("bureau"), given.get("outcome", "")
    context = {
        "form": form,
        "session": session,
        "outcomes": OUTCOMES,
        "lines": lines(session),
        "rows": contested(session, bureau=bureau, outcome=outcome)[:SHOWN],
        "reset_url": reverse("contested-report"),
    }
    return render(request, "proposals/contested.html", context)
