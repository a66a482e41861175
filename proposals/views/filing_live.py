"""What scripts on the filing page ask for: autosave, the length, the search for proposers. The page works without."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from panjin_portal.lib.clock import now
from proposals.errors import EditConflict, InvalidInput, PortalError
from proposals.forms.fields import ProposerField
from proposals.forms.filing import FilingForm, typed_rows, typed_values
from proposals.models import Proposal
from proposals.permissions import can, can_file
from proposals.services.filing import save_draft
from proposals.services.locking import insist
from proposals.similar import TellSimilar
from proposals.views.access import answered_in_json, find_proposal, person
from proposals.views.editor import Editor


@answered_in_json
@require_POST
def proposal_autosave(request: HttpRequest, pk: int) -> HttpResponse:
    """Save as the edit page does. 200 {version, saved_at}; 400 {message, errors}; 409 {message, mine, theirs,
    version, conflict_url}; 401 when the log-in has expired."""
    proposal = find_proposal(request, pk)
    decision = can(person(request), "edit", proposal)
    if not decision:  # before anything is said about the text
        return JsonResponse({"message": decision.reason}, status=409 if decision.post else 403)
    editor = Editor.of_sent(proposal, request.POST, None)
    if not editor.is_valid():
        rows = [str(text) for row in editor.rows.forms for texts in row.errors.values() for text in texts]
        rows += [str(text) for text in editor.rows.non_form_errors()]
        errors = {**editor.form.errors, **({"asks": rows} if rows else {})}
        return JsonResponse({"message": "有内容需要更正", "errors": errors}, status=400)
    try:
        saved = save_draft(person(request), proposal=proposal, content=editor.content(), version=editor.version())
    except EditConflict as conflict:
        answer = {
            "message": conflict.message,
            "mine": conflict.mine,
            "theirs": conflict.theirs,
            "version": conflict.version,
            "conflict_url": reverse("proposal-edit", args=[pk]),
        }
        return JsonResponse(answer, status=conflict.status)
    except InvalidInput as error:
        return JsonResponse({"message": error.message, "errors": error.errors}, status=400)
    except PortalError as refusal:
        return JsonResponse({"message": refusal.message}, status=refusal.status)
    return JsonResponse({"version": saved.version, "saved_at": f"{now():%H:%M}"})


@login_required
@require_POST
def proposal_length(request: HttpRequest, pk: int) -> HttpResponse:
    """How long the text in the controls is, as the line under the three parts. Nothing is saved."""
    proposal = find_proposal(request, pk)
    insist(can(person(request), "edit", proposal))
    editor = Editor.of_typed(proposal, typed_values(request.POST), [])
    return render(request, "proposals/parts/length.html", {"length": editor.length(), "proposal": proposal})


@login_required
@require_POST
def proposal_similar(request: HttpRequest, pk: int, *, tell_similar: TellSimilar) -> HttpResponse:
    """Earlier cases that are like what stands in the controls. Nothing is saved."""
    user, proposal = person(request), find_proposal(request, pk)
    insist(can(user, "edit", proposal))
    editor = Editor.of_typed(proposal, typed_values(request.POST), typed_rows(request.POST))
    context = {"similar": tell_similar(user, editor.said()), "live": True, "proposal": proposal}
    return render(request, "proposals/parts/similar.html", context)


@login_required
@require_safe
def proposer_search(request: HttpRequest) -> HttpResponse:
    """The boxes of the proposer field: those ticked in the address, then those the words find."""
    insist(can_file(request.user))
    values = typed_values(request.GET)
    form = FilingForm(initial=values, proposal=Proposal())
    field = form.fields["proposers"]
    words = str(values["find"] or "")
    nothing_found = (
        isinstance(field, ProposerField)
        and bool(words.strip())
        and len(list(field.widget.choices)) <= len(values["proposers"])
    )
    return render(request, "proposals/parts/picker.html", {"form": form, "nothing_found": nothing_found})
