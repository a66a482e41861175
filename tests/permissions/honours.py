"""What the permission city holds of the assessment of bureaus and of the awards, and the addresses about them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from proposals.models import Proposal
from replies.models import AssessmentItem, AssessmentSheet, Award, AwardRule
from replies.services.assessing import open_sheet, publish_sheet
from replies.services.award_results import decide_award
from replies.services.awards import Candidate, cast_ballot, name_judges, nominate, open_award, start_judging
from replies.services.reference import seed_assessment, seed_awards
from tests.world import World

FAR_AWAY = date(2090, 1, 1)


def assess(world: World) -> None:
    """A published sheet on which nothing is given by hand."""
    seed_assessment()
    AssessmentItem.objects.filter(source="hand").delete()
    publish_sheet(world.office_staff, sheet=open_sheet(world.office_staff, session=world.session))


def honour(world: World) -> None:
    """Three awards: one that takes nominations and could be judged, one that is judged, one that is decided."""
    seed_awards()
    by_committee = Proposal.objects.filter(session=world.session).exclude(number="").order_by("pk").first()
    assert by_committee is not None
    candidates = {
        "proposal": (world.committee_staff, Candidate(number=by_committee.number)),
        "bureau": (world.office_staff, Candidate(bureau=world.sfj)),
        "person": (world.office_staff, Candidate(bureau=world.sfj, person="司文清")),
    }
    for rule in AwardRule.objects.all():
        days = {"nominate_until": FAR_AWAY, "judge_until": FAR_AWAY}
        award = open_award(world.committee_staff, session=world.session, rule=rule, seats=1, **days)
        nominator, candidate = candidates[rule.subject]
        row = nominate(nominator, award=award, candidate=candidate, reason="办得好")
        name_judges(world.committee_staff, award=award, people=[world.office_staff])
        if rule.subject == "proposal":
            continue
        start_judging(world.committee_staff, award=award)
        cast_ballot(world.office_staff, award=award, values={row.pk: 1})
        if rule.subject == "person":
            decide_award(world.committee_staff, award=award, winners=[row.pk])


def _sheet(world: World) -> list[int]:
    return [AssessmentSheet.objects.get().pk]


def _lines(world: World) -> list[int]:
    return [AssessmentSheet.objects.get().pk, world.sfj.pk]


def _award(subject: str) -> Callable[[World], list[int]]:
    return lambda world: [Award.objects.get(rule__subject=subject).pk]


PAGES: dict[str, Callable[[World], list[int]]] = {
    "assessment-open": lambda world: [world.session.pk],
    "assessment-publish": _sheet,
    "assessment-export": _sheet,
    "assessment-bureau": _lines,
    "assessment-score": _lines,
    **dict.fromkeys(
        ("award-detail", "award-export", "award-nominate", "award-judges", "award-start"), _award("proposal")
    ),
    **dict.fromkeys(("award-ballot", "award-decide"), _award("bureau")),
    "award-release": _award("person"),
}
