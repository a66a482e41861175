"""The outcome of an award: counts, the decision of the committee, telling the winners, the public names."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.db.models import Avg, Count, Q, QuerySet

from panjin_portal.lib.clock import now, today
from proposals.errors import InvalidInput, WrongStage
from proposals.models import Bureau, Mark, Post, Role, User
from proposals.permissions import BUREAU_ROLES
from proposals.services.locking import fresh, insist
from proposals.services.marking import set_mark
from proposals.services.notice_wording import Said, say
from proposals.services.notices import Telling, notify_each
from proposals.services.wording import demand_text, one_line
from replies.models import Award, AwardRule, Nomination
from replies.permissions_awards import can
from replies.services.awards import lock_award, page_of, record
from replies.services.telling import Message, tell
from replies.workflow_awards import AwardState

NOTE_MAX = 300


def with_counts(rows: QuerySet[Nomination], award: Award) -> QuerySet[Nomination]:
    """``rows`` with ``yes`` and ``said`` (how many judges agree, how many said anything) and ``mean``, the best first
    (no query more than the rows)."""
    counted = rows.annotate(yes=Count("ballots", filter=Q(ballots__value__gt=0)), said=Count("ballots"))
    counted = counted.annotate(mean=Avg("ballots__value"))
    best = "-yes" if award.method == AwardRule.Method.VOTES else "-mean"
    return counted.order_by(best, "id")


@transaction.atomic
def decide_award(actor: User, *, award: Award, winners: Collection[int], note: str = "") -> Award:
    """审定名单: ``winners`` (keys of nominations) win; proposals get the mark 优秀提案, all are told.

    InvalidInput at winners or note; WrongStage before the day of the ballots has passed, unless every judge has said
    something, and for a proposal that cannot be marked any more.
    """
    locked = lock_award(award)
    insist(can(fresh(actor), "decide_award", locked))
    note = one_line(demand_text(note, field="note", most=NOTE_MAX))
    rows = locked.nominations.filter(pk__in=winners).select_related("proposal", "bureau")
    chosen = list(rows.order_by("proposal_id", "id"))
    if not chosen:
        raise InvalidInput({"winners": "请至少勾选一项。"})
    if len(chosen) > locked.seats:
        raise InvalidInput({"winners": f"名额是 {locked.seats} 个，勾选了 {len(chosen)} 项，请减少。"})
    Nomination.objects.filter(pk__in=[row.pk for row in chosen]).update(is_winner=True)
    locked.state, locked.decided_by, locked.decided_at, locked.note = AwardState.DECIDED, actor, now(), note
    locked.save(update_fields=["state", "decided_by", "decided_at", "note"])
    text = f"审定{locked}，入选{len(chosen)}项" + (f"：{note}" if note else "")
    record(actor, locked, "decide_award", text, winners=len(chosen))
    if locked.rule.subject == AwardRule.Subject.PROPOSAL:
        _mark(actor, locked, chosen)
    else:
        _tell_bureaus(actor, locked, chosen)
    return locked


def _mark(actor: User, award: Award, chosen: Collection[Nomination]) -> None:
    """The proposers hear of it by the mark."""
    cases = {row.proposal_id: row.proposal for row in chosen if row.proposal is not None}
    marked = Mark.objects.filter(proposal__in=cases, kind=Mark.Kind.EXCELLENT, lifted_at=None)
    for pk in set(cases) & set(marked.values_list("proposal_id", flat=True)):
        del cases[pk]
    for proposal in cases.values():
        try:
            set_mark(actor, proposal=proposal, kind=Mark.Kind.EXCELLENT, proposed_by=str(award)[:60])
        except WrongStage as refusal:
            raise WrongStage(f"{proposal.label}：{refusal.message}") from refusal


def _tell_bureaus(actor: User, award: Award, chosen: Collection[Nomination]) -> None:
    link = page_of(award)
    if award.rule.subject == AwardRule.Subject.BUREAU:
        bureaus = [row.bureau for row in chosen if row.bureau is not None]
        tell(*(Message(BUREAU_ROLES, _won(award, one), link, bureau_id=one.pk) for one in bureaus), but=actor)
        return
    held = Post.objects.held_on(today()).filter(bureau__in=[row.bureau_id for row in chosen], role__in=BUREAU_ROLES)
    posts = list(held.select_related("user"))
    tellings = []
    for row in chosen:
        mates = [post for post in posts if post.bureau_id == row.bureau_id]
        people = {post.user_id for post in mates if post.role == Role.LEADER or str(post.user) == row.person}
        said = say("award_won_person", person=row.person, bureau=row.bureau, session=award.session, what=award.rule)
        tellings.append(Telling(people, said, link))
    notify_each(*tellings, but=actor)


def _won(award: Award, bureau: Bureau) -> Said:
    return say("award_won", bureau=bureau, session=award.session, what=award.rule)


@transaction.atomic
def release_award(actor: User, *, award: Award) -> Award:
    """公布名单: the names of the winners stand on the public page from now on."""
    locked = lock_award(award)
    insist(can(fresh(actor), "release_award", locked))
    locked.state, locked.released_at = AwardState.RELEASED, now()
    locked.save(update_fields=["state", "released_at"])
    record(actor, locked, "release_award", f"公布{locked}名单")
    return locked
