"""What the demo city has of assessment and awards: a published sheet of its first session, awards of the newest one."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from panjin_portal.lib.clock import today
from proposals.models import Proposal, Session
from replies.assessment_sheet import sheet_of
from replies.demo.people import People
from replies.models import AwardRule
from replies.services.assessing import Given, open_sheet, publish_sheet, score
from replies.services.awards import Candidate, name_judges, nominate, open_award
from replies.services.reference import seed_assessment, seed_awards

SCORED = (("4.5", "材料报送及时，分管领导逐件过问"), ("4.0", "有专人负责，月报晚过一次"), ("5.0", "主要负责人带队走访"))
NOMINATION = "调研扎实，建议具体，承办单位据此改了做法。"


def assess_and_honour(city: People, sessions: list[Session]) -> None:
    """Both, as the offices of ``city`` do it today."""
    seed_assessment()
    seed_awards()
    _assess(city, sessions[0])
    _honour(city, sessions[-1], until=today() + timedelta(days=20))


def _assess(city: People, session: Session) -> None:
    sheet = open_sheet(city.office, session=session)
    for place, row in enumerate(sheet_of(sheet, today())):
        points, reason = SCORED[place % len(SCORED)]
        given = {line.item_id: Given(Decimal(points), reason) for line in row.lines if line.is_hand}
        score(city.office, sheet=sheet, bureau=row.bureau, given=given, seen_version=0)
    publish_sheet(city.office, sheet=sheet)


def _honour(city: People, session: Session, *, until: date) -> None:
    days = {"nominate_until": until, "judge_until": until + timedelta(days=20)}
    first = Proposal.objects.filter(session=session, state="answered").exclude(number="").order_by("pk").first()
    for rule in AwardRule.objects.all():
        award = open_award(city.committee, session=session, rule=rule, seats=3, **days)
        if rule.subject == AwardRule.Subject.PROPOSAL and first is not None:
            nominate(city.committee, award=award, candidate=Candidate(number=first.number), reason=NOMINATION)
            name_judges(city.committee, award=award, people=[city.committee, city.office])
