"""Who nominates, judges and decides on the awards, and who reads what of them."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from panjin_portal.lib.clock import today
from proposals.models import Post, Role, User
from proposals.permissions import Decision, decide, find_post, has_role, posts_of
from replies.models import Award, AwardJudge, AwardRule, Nomination
from replies.workflow_awards import AWARD, AwardState

KNOWN_TO_ALL = (AwardState.DECIDED, AwardState.RELEASED)
NOMINATORS = {
    Role.PROPOSER.value: "proposers_nominate",
    Role.COMMITTEE_STAFF.value: "committee_nominates",
    Role.OFFICE_STAFF.value: "office_nominates",
}
NO_POST = "评选由提案者、提案委、督查室和评委参加，您没有对应的岗位。"


def nominating_roles(rule: AwardRule) -> list[str]:
    """Roles that may nominate by ``rule``."""
    return [role for role, field in NOMINATORS.items() if getattr(rule, field)]


def can_see_awards(user: User) -> Decision:
    """Whether ``user`` may open the list of awards: everybody with a post."""
    return Decision(True) if user.is_superuser or posts_of(user) else Decision(False, NO_POST)


def can_open(user: User) -> Decision:
    """Whether ``user`` may start an award."""
    post = find_post(user, AWARD.get("open_award").roles)
    return Decision(True, "", post) if post else Decision(False, "评选由提案委工作人员开始，您没有对应的岗位。")


def can(user: User, action: str, award: Award) -> Decision:
    """Whether ``user`` may do ``action`` with ``award`` now; its days included."""
    row = AWARD.get(action)
    decision = decide(row, award.state, AwardState(award.state).label, _post(user, action, award), "这项评选")
    if decision and action == "nominate" and today() > award.nominate_until:
        return Decision(False, f"推荐已于{award.nominate_until}截止。", decision.post)
    if decision and action == "cast_ballot" and today() > award.judge_until:
        return Decision(False, f"评议已于{award.judge_until}截止。", decision.post)
    if decision and action == "decide_award" and today() <= award.judge_until and _is_awaited(award):
        until = award.judge_until
        return Decision(False, f"还有评委没有评议；{until}截止以后，或全部评议以后，才能审定。", decision.post)
    return decision


def _is_awaited(award: Award) -> bool:
    """Whether a judge has not said anything yet."""
    return AwardJudge.objects.filter(award=award, ballots__isnull=True).exists()


def _post(user: User, action: str, award: Award) -> Post | None:
    if action == "nominate":
        roles = nominating_roles(award.rule)
        return next((post for post in posts_of(user) if post.role in roles), None)
    if action == "cast_ballot":
        posts = posts_of(user)
        return posts[0] if posts and AwardJudge.objects.filter(award=award, user=user).exists() else None
    return find_post(user, AWARD.get(action).roles)


def sees_all(user: User) -> bool:
    """Whether ``user`` reads every nomination with its count."""
    return user.is_superuser or has_role(user, Role.COMMITTEE_STAFF)


def visible_awards(user: User) -> QuerySet[Award]:
    """Awards ``user`` may know of: those he may nominate for or judges, and whatever is decided."""
    awards = Award.objects.select_related("rule", "session")
    if sees_all(user):
        return awards
    roles = {post.role for post in posts_of(user)}
    if not roles:
        return awards.none()
    judges = AwardJudge.objects.filter(award=OuterRef("pk"), user=user)
    seen = Q(state__in=KNOWN_TO_ALL) | Q(Exists(judges))
    for role in roles & set(NOMINATORS):
        seen |= Q(**{f"rule__{NOMINATORS[role]}": True})
    return awards.filter(seen)


def reads_reason(user: User, award: Award, nomination: Nomination) -> bool:
    """Whether ``user`` reads why somebody was nominated: the committee, who wrote it, the judges at their work."""
    if sees_all(user) or nomination.nominated_by_id == user.pk:
        return True
    return award.state == AwardState.JUDGING  # of the others only judges see candidates that are not their own


def visible_nominations(user: User, award: Award) -> QuerySet[Nomination]:
    """Candidates ``user`` may read: committee and judges all; the others their own, and the winners once decided."""
    rows = award.nominations.select_related("proposal", "bureau", "nominated_by")
    if sees_all(user):
        return rows
    if award.state == AwardState.JUDGING and can(user, "cast_ballot", award):
        return rows
    mine = Q(nominated_by=user)
    return rows.filter(mine | Q(is_winner=True)) if award.state in KNOWN_TO_ALL else rows.filter(mine)
