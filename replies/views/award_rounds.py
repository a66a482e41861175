"""What others than the committee do about an award: nominate, judge; and the public page of the names."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from proposals.services.locking import insist
from proposals.views.forms_help import sent
from replies.forms.awards import BallotForm, NominateForm
from replies.models import Award, Ballot, Nomination
from replies.permissions_awards import can
from replies.services import awards
from replies.views.awards import find_award, step, visible_candidates
from replies.views.lookups import person
from replies.workflow_awards import AwardState

MOST_PUBLIC = 60  # awards on one page: twenty years of three


@login_required
@require_http_methods(["GET", "POST"])
def award_nominate(request: HttpRequest, pk: int) -> HttpResponse:
    """Nominate one candidate."""
    user = person(request)
    award = find_award(user, pk)
    insist(can(user, "nominate", award))
    form = NominateForm(sent(request), award=award)

    def do() -> str:
        found = awards.nominate(user, award=award, candidate=form.candidate(), reason=form.cleaned_data["reason"])
        return f"已推荐{found}。"

    return step(request, award, "nominate", form, do)


@login_required
@require_http_methods(["GET", "POST"])
def award_ballot(request: HttpRequest, pk: int) -> HttpResponse:
    """Cast one's ballot, or change it."""
    user = person(request)
    award = find_award(user, pk)
    insist(can(user, "cast_ballot", award))
    mine = Ballot.objects.filter(judge__award=award, judge__user=user)
    given = dict(mine.values_list("nomination_id", "value"))
    form = BallotForm(sent(request), award=award, candidates=visible_candidates(user, award), given=given)

    def do() -> str:
        awards.cast_ballot(user, award=award, values=form.values())
        return f"您的评议已保存，{award.judge_until}以前可以修改。"

    return step(request, award, "cast_ballot", form, do)


@require_safe
def public_awards(request: HttpRequest) -> HttpResponse:
    """The names that were released, for everybody: no reasons, no counts, and of proposals only those whose proposers
    agree to be public."""
    released = Award.objects.filter(state=AwardState.RELEASED).select_related("rule", "session")[:MOST_PUBLIC]
    found: dict[int, tuple[Award, list[str], int]] = {award.pk: (award, [], 0) for award in released}
    winners = Nomination.objects.filter(award__in=found, is_winner=True).select_related("proposal", "bureau")
    for row in winners.order_by("award_id", "bureau__position", "proposal__number", "id"):
        award, names, hidden = found[row.award_id]
        if row.proposal is not None and not row.proposal.publicity_consent:
            found[row.award_id] = (award, names, hidden + 1)
        else:
            names.append(str(row))
    return render(request, "public/awards.html", {"awards": list(found.values())})
