"""评选: opening an award, nominations, judges and their ballots (DOMAIN 1.13). The decision is in ``award_results``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.urls import reverse

from panjin_portal.lib.case_numbers import spellings_of
from panjin_portal.lib.clock import now, today
from proposals.errors import InvalidInput, WrongStage
from proposals.models import Bureau, Post, Proposal, Session, User
from proposals.permissions import visible_proposals
from proposals.services.events import record_site_event
from proposals.services.locking import fresh, insist
from proposals.services.notice_wording import say
from proposals.services.notices import notify
from proposals.services.wording import demand_text, one_line
from replies.models import Award, AwardJudge, AwardRule, Ballot, Nomination
from replies.permissions_awards import can, can_open, nominating_roles
from replies.services.telling import Message, tell
from replies.workflow_awards import AwardState

REASON_MAX, NAME_MAX, MOST_SEATS, MOST_JUDGES = 500, 40, 500, 100
TWICE = "已经有人推荐过，不用再推荐。"


@dataclass(frozen=True)
class Candidate:
    """Who is nominated, as far as the award asks for it: number of a proposal, or bureau and perhaps name."""

    number: str = ""
    bureau: Bureau | None = None
    person: str = ""


@transaction.atomic
def open_award(
    actor: User, *, session: Session, rule: AwardRule, seats: int, nominate_until: date, judge_until: date
) -> Award:
    """开始评选; whoever may nominate by the rule is told. InvalidInput at rule, seats, nominate_until, judge_until."""
    Session.objects.select_for_update().get(pk=session.pk)
    insist(can_open(fresh(actor)))
    faults = {}
    if Award.objects.filter(session=session, rule=rule).exists():
        faults["rule"] = f"{session}的{rule}已经开始评选。"
    if not 1 <= seats <= MOST_SEATS:
        faults["seats"] = f"名额填 1 至 {MOST_SEATS}。"
    if nominate_until < today():
        faults["nominate_until"] = "推荐截止日不能早于今天。"
    if judge_until < nominate_until:
        faults["judge_until"] = "评议截止日不能早于推荐截止日。"
    if faults:
        raise InvalidInput(faults)
    award = Award.objects.create(
        session=session,
        rule=rule,
        method=rule.method,
        seats=seats,
        nominate_until=nominate_until,
        judge_until=judge_until,
        opened_by=actor,
        opened_at=now(),
    )
    record(actor, award, "open_award", f"开始评选{award}，名额{seats}，推荐至{nominate_until}，评议至{judge_until}")
    said = say("award_opened", session=session, what=rule, until=nominate_until)
    tell(Message(nominating_roles(rule), said, page_of(award)), but=actor)
    return award


@transaction.atomic
def nominate(actor: User, *, award: Award, candidate: Candidate, reason: str) -> Nomination:
    """推荐 one candidate. InvalidInput at number, bureau, person or reason; WrongStage after the closing day."""
    locked = lock_award(award)
    post = insist(can(fresh(actor), "nominate", locked))
    reason = demand_text(reason, field="reason", most=REASON_MAX, missing="请写明推荐理由。")
    found = _nomination(actor, locked, candidate)
    found.award, found.reason, found.nominated_by, found.post, found.nominated_at = locked, reason, actor, post, now()
    try:
        with transaction.atomic():
            found.save()
    except IntegrityError:
        raise InvalidInput({"number" if found.proposal else "person" if found.person else "bureau": TWICE}) from None
    record(actor, locked, "nominate", f"{locked}收到一项推荐", post=post, nomination=found.pk)
    return found


def _nomination(actor: User, award: Award, candidate: Candidate) -> Nomination:
    subject = award.rule.subject
    if subject == AwardRule.Subject.PROPOSAL:
        return Nomination(proposal=_proposal(actor, award, candidate.number))
    bureau = candidate.bureau
    if bureau is None or bureau.kind != Bureau.Kind.BUREAU:
        raise InvalidInput({"bureau": "请选择承办单位。"})
    if subject == AwardRule.Subject.BUREAU:
        return Nomination(bureau=bureau)
    name = one_line(demand_text(candidate.person, field="person", most=NAME_MAX, missing="请填写姓名。"))
    return Nomination(bureau=bureau, person=name)


def _proposal(actor: User, award: Award, number: str) -> Proposal:
    if not number.strip():
        raise InvalidInput({"number": "请填写提案号，如 005。"})
    numbered = (
        visible_proposals(actor).filter(session=award.session, number__in=spellings_of(number)).exclude(number="")
    )
    found = list(numbered[:2])
    if len(found) != 1:
        raise InvalidInput({"number": f"{award.session}没有您看得到的第{one_line(number)[:20]}号提案，请核对。"})
    return found[0]


@transaction.atomic
def name_judges(actor: User, *, award: Award, people: list[User]) -> list[AwardJudge]:
    """确定评委: exactly ``people``. Who is left out goes with his ballots; who comes in while it runs is told."""
    locked = lock_award(award)
    insist(can(fresh(actor), "name_judges", locked))
    if not people:
        raise InvalidInput({"judges": "请至少确定一位评委。"})
    if len(people) > MOST_JUDGES:
        raise InvalidInput({"judges": f"评委最多 {MOST_JUDGES} 位。"})
    named = {person.pk for person in people}
    AwardJudge.objects.filter(award=locked).exclude(user__in=named).delete()
    before = set(AwardJudge.objects.filter(award=locked).values_list("user_id", flat=True))
    new = [person for person in people if person.pk not in before]
    AwardJudge.objects.bulk_create(AwardJudge(award=locked, user=person) for person in new)
    record(actor, locked, "name_judges", f"{locked}确定评委{len(people)}位", judges=len(people))
    if locked.state == AwardState.JUDGING:
        _ask(actor, locked, [person.pk for person in new])
    return list(AwardJudge.objects.filter(award=locked).select_related("user"))


@transaction.atomic
def start_judging(actor: User, *, award: Award) -> Award:
    """开始评议: nominations end, the judges are told. WrongStage without candidates or judges."""
    locked = lock_award(award)
    insist(can(fresh(actor), "start_judging", locked))
    judges = list(locked.judges.values_list("user_id", flat=True))
    if not judges:
        raise WrongStage("还没有确定评委，请先确定。")
    if not locked.nominations.exists():
        raise WrongStage("还没有人推荐，不能开始评议。")
    locked.state = AwardState.JUDGING
    locked.save(update_fields=["state"])
    record(actor, locked, "start_judging", f"{locked}开始评议")
    _ask(actor, locked, judges)
    return locked


def _ask(actor: User, award: Award, judges: list[int]) -> None:
    said = say("award_to_judge", session=award.session, what=award.rule, until=award.judge_until)
    notify(judges, text=said, link=page_of(award), but=actor)  # where the button is, and later the outcome


@transaction.atomic
def cast_ballot(actor: User, *, award: Award, values: Mapping[int, int | None]) -> int:
    """Keep what the judge says of each candidate (key to value; None: nothing); a second time replaces the first.

    Gives the number kept. InvalidInput "" for more votes than there are seats, ``vote-12`` for a score out of range.
    """
    locked = lock_award(award)
    insist(can(fresh(actor), "cast_ballot", locked))
    judge = AwardJudge.objects.get(award=locked, user=actor)
    candidates = set(locked.nominations.values_list("pk", flat=True))
    given = {pk: value for pk, value in values.items() if pk in candidates and value is not None}
    _check_ballot(locked, given)
    Ballot.objects.filter(judge=judge).delete()
    moment = now()
    Ballot.objects.bulk_create(
        Ballot(nomination_id=pk, judge=judge, value=value, given_at=moment) for pk, value in given.items()
    )
    record(actor, locked, "cast_ballot", f"{locked}收到一位评委的评议", judge=judge.pk)  # who said what is not told
    return len(given)


def _check_ballot(award: Award, given: Mapping[int, int]) -> None:
    if award.method == AwardRule.Method.VOTES:
        if any(value not in (0, 1) for value in given.values()):
            raise InvalidInput({"": "投票只有同意和不同意。"})
        if (cast := sum(given.values())) > award.seats:
            raise InvalidInput({"": f"名额是 {award.seats} 个，您投了 {cast} 票，请减少。"})
        return
    faults = {f"vote-{pk}": "请打 0 至 100 的整数分。" for pk, value in given.items() if not 0 <= value <= 100}
    if faults:
        raise InvalidInput(faults)


def lock_award(award: Award) -> Award:
    """The row, locked and freshly read. Needs a transaction."""
    rows = Award.objects.select_related("rule", "session")
    return rows.select_for_update(of=("self",)).get(pk=award.pk)


def page_of(award: Award) -> str:
    """Address of its page."""
    return reverse("award-detail", args=[award.pk])


def record(actor: User, award: Award, kind: str, text: str, *, post: Post | None = None, **data: int) -> None:
    """One event of the site chain about ``award``."""
    record_site_event(actor, kind=kind, text=text, data={"award": award.pk, **data})
