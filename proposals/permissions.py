"""Who may do what on the ground floor, and who may see what: the only place.

A right comes from a post held today. ``can`` answers for one object with a reason; ``visible_proposals`` is the same
policy as a queryset for lists. A view looks an object up through ``visible_proposals`` (a stranger gets 404) and then
asks ``can`` (a person who sees it but may not act gets 403 and the reason).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from panjin_portal.lib.clock import today
from proposals.models import (
    PERSONS,
    Assignment,
    HandlingRequest,
    Invitation,
    IssuedNumber,
    Post,
    Proposal,
    ProposalProposer,
    Role,
    User,
)
from proposals.permissions_reach import BEFORE_REGISTRATION, CaseKeys, Reach, cases_within, known_key
from proposals.queries import posts_held, posts_with_places
from proposals.workflow import ASSIGNMENT, PROPOSAL, AssignmentState, ProposalState, Transition
from proposals.workflow_cosigning import COSIGNABLE, INVITATION, LIVE, InvitationState, called
from proposals.workflow_requests import REQUEST

BUREAU_ROLES = frozenset({Role.CLERK, Role.REVIEWER, Role.LEADER})
# A merge can be undone until its main proposal has been assigned.
BEFORE_ASSIGNMENT = (*BEFORE_REGISTRATION, ProposalState.REGISTERED)

ARCHIVED = "提案已归档，只能查看；确需改动的，请归档的办公室先重新打开归档。"
UNDOING_A_MERGE = frozenset({"undo_merge", "undo_merge_numbered"})

Person = User | AnonymousUser


@dataclass(frozen=True)
class Decision:
    """An answer with its reason. ``post`` is the post the person would act in, when allowed."""

    allowed: bool
    reason: str = ""
    post: Post | None = None

    def __bool__(self) -> bool:
        return self.allowed


def posts_of(user: Person) -> list[Post]:
    """Posts ``user`` holds today. One query per user object and day; a fresh user object asks again."""
    if not isinstance(user, User) or not user.is_active:
        return []
    kept: tuple[object, list[Post]] | None = user.__dict__.get("_posts_today")
    day = today()
    if kept is None or kept[0] != day:
        kept = (day, _read_posts(user, day))
        user.__dict__["_posts_today"] = kept
    return kept[1]


def _read_posts(user: User, day: date) -> list[Post]:
    """The posts with what names their places. Asked again under a lock, only the posts are: a place read a moment ago
    is not read twice, for a right hangs on its key and not on its name."""
    before: list[Post] | None = user.__dict__.pop("_posts_before", None)
    posts = posts_held(user.pk, day) if before is not None else posts_with_places(user.pk, day)
    for post in posts:
        post.user = user
    if before is None:
        return posts
    bureaus = {post.bureau_id: post.bureau for post in before}
    proposers = {post.proposer_id: post.proposer for post in before}
    for post in posts:
        if post.bureau_id in bureaus:
            post.bureau = bureaus[post.bureau_id]
        if post.proposer_id in proposers:
            post.proposer = proposers[post.proposer_id]
    return posts


def forget_posts(user: User) -> None:
    """Ask the database again next time: services call it before they re-check a right under the lock."""
    kept: tuple[object, list[Post]] | None = user.__dict__.pop("_posts_today", None)
    if kept is not None:
        user.__dict__["_posts_before"] = kept[1]


def bureaus_of(user: Person, roles: Iterable[str] = BUREAU_ROLES) -> set[int]:
    """Ids of the bureaus ``user`` serves in one of ``roles``."""
    wanted = set(roles)
    return {post.bureau_id for post in posts_of(user) if post.role in wanted and post.bureau_id}


def proposers_of(user: Person) -> set[int]:
    """Ids of the proposers ``user`` acts for."""
    return {post.proposer_id for post in posts_of(user) if post.proposer_id}


def member_posts(user: Person) -> list[Post]:
    """Posts in which ``user`` signs as a member (委员), not for an organisation."""
    return [post for post in posts_of(user) if post.proposer and post.proposer.kind in PERSONS]


def has_role(user: Person, *roles: str) -> bool:
    """Whether ``user`` holds a post with one of ``roles``, wherever."""
    return any(post.role in roles for post in posts_of(user))


def find_post(
    user: Person,
    roles: Iterable[str],
    *,
    bureau_ids: Iterable[int] = (),
    proposer_ids: Iterable[int] = (),
) -> Post | None:
    """The first post of ``user`` that fits: an office role anywhere, a bureau role at one of ``bureau_ids``,
    a proposer's contact at one of ``proposer_ids``. None when there is none."""
    wanted, bureaus, proposers = set(roles), set(bureau_ids), set(proposer_ids)
    for post in posts_of(user):
        if post.role not in wanted:
            continue
        if post.role in BUREAU_ROLES and post.bureau_id not in bureaus:
            continue
        if post.role == Role.PROPOSER and post.proposer_id not in proposers:
            continue
        return post
    return None


def reach_of(user: User) -> Reach:
    """How far ``user`` sees, in plain values."""
    committee, office = has_role(user, Role.COMMITTEE_STAFF), has_role(user, Role.OFFICE_STAFF)
    bureaus, proposers = tuple(sorted(bureaus_of(user))), tuple(sorted(proposers_of(user)))
    return Reach(user.is_superuser, committee, office, bureaus or None, proposers or None)


def visible_proposals(user: Person, among: CaseKeys | None = None) -> QuerySet[Proposal]:
    """All proposals ``user`` may know of. Lists, detail pages, search, export and files all start here.

    ``among``: keys of the cases that are asked about (a list, or a queryset of them). It is told to every part of the
    condition: a page of one case shall not collect the thousands of its reader first.
    """
    return cases_within(reach_of(user), among) if isinstance(user, User) else Proposal.objects.none()


def number_once_known(user: Person, pk: int) -> str:
    """The number under which ``user`` knew of case ``pk`` until the number was made void (立案撤销,
    撤案); "" when he never did. He sees the case no more, but may be told why. One query for the office, else none."""
    if not has_role(user, Role.OFFICE_STAFF):
        return ""
    void = IssuedNumber.objects.filter(proposal=pk, voided_at__isnull=False, proposal__state__in=BEFORE_REGISTRATION)
    return void.order_by("-voided_at").values_list("printed", flat=True).first() or ""


def may_know_of(user: User, assignment: Assignment) -> bool:
    """Whether ``user`` may know of the case of this assignment: as ``visible_proposals``, of whose condition the
    nearest part (the bureau that holds it) needs no query."""
    held = assignment.state != AssignmentState.WITHDRAWN and assignment.bureau_id in bureaus_of(user)
    return held or knows_case(user, assignment.proposal_id)


def knows_case(user: User, pk: int) -> bool:
    """Whether ``user`` may know of the case ``pk``: as ``visible_proposals``."""
    return bool(known_key(pk, reach_of(user)))


def answers_readable_by(user: Person) -> Q | None:
    """In which of the cases ``user`` sees he may read every issued answer: ``Q()`` for all, None for none.

    The same people as in ``replies.permissions.visible_replies``, said without the replies: the offices, the bureaus
    that answer or help, the proposers. Bureaus that answer separately (分办) do not read each other.
    """
    if not isinstance(user, User):
        return None
    if user.is_superuser or has_role(user, Role.COMMITTEE_STAFF, Role.OFFICE_STAFF):
        return Q()
    readable = Q(pk__in=[])
    bureaus, proposers = bureaus_of(user), proposers_of(user)
    if bureaus:
        in_force = Assignment.objects.filter(proposal=OuterRef("pk")).exclude(state=AssignmentState.WITHDRAWN)
        mine = in_force.filter(bureau__in=bureaus)
        alone = ~Exists(in_force.filter(role=Assignment.Role.SEPARATE))
        readable |= Q(Exists(mine.filter(role=Assignment.Role.CO_HANDLER)))
        readable |= Q(Exists(mine)) & Q(alone)
        readable |= Q(answered_outside_by__in=bureaus)
    if proposers:
        readable |= Q(Exists(ProposalProposer.objects.filter(proposal=OuterRef("pk"), proposer__in=proposers)))
    return readable if bureaus or proposers else None


def visible_requests(user: Person) -> QuerySet[HandlingRequest]:
    """Requests ``user`` may read: all for the two offices, those of his own bureaus for others."""
    requests = HandlingRequest.objects.all()
    if isinstance(user, User) and (user.is_superuser or has_role(user, Role.COMMITTEE_STAFF, Role.OFFICE_STAFF)):
        return requests
    in_force = requests.exclude(assignment__state=AssignmentState.WITHDRAWN)
    return in_force.filter(assignment__bureau__in=bureaus_of(user))


def visible_invitations(user: Person) -> QuerySet[Invitation]:
    """Invitations to sign that ``user`` may answer, or has accepted: those to the proposers he acts for, while the text
    is its writer's. Whoever declined or was taken off the list sees the text no more."""
    return invitations_to(proposers_of(user))


def invitations_to(proposers: Iterable[int]) -> QuerySet[Invitation]:
    """The same for the keys of the proposers."""
    mine = Invitation.objects.filter(proposer__in=proposers)
    return mine.filter(state__in=LIVE, proposal__state__in=COSIGNABLE)


def can(user: Person, action: str, obj: Proposal | Assignment | HandlingRequest | Invitation) -> Decision:
    """Whether ``user`` may do ``action`` (a row of the workflow of ``obj``) to ``obj`` now, and why not. While the case
    is suspended nothing is done to its assignments and nothing decided about them."""
    if isinstance(obj, Invitation):
        return _can_about_invitation(user, INVITATION.get(action), obj)
    if isinstance(obj, HandlingRequest):
        row = REQUEST.get(action)
        post = find_post(user, row.roles, bureau_ids=[obj.assignment.bureau_id])
        decision = decide(row, obj.state, REQUEST.label_of(obj.state), post, "这项申请")
        return _unless_suspended(decision, row, obj.assignment.proposal)
    if isinstance(obj, Assignment):
        row = ASSIGNMENT.get(action)
        state_label, state = ASSIGNMENT.label_of(obj.state), obj.state
        post = _post_for_assignment(user, row, obj)
        what = "这件交办"
    else:
        row = PROPOSAL.get(action)
        state_label, state = PROPOSAL.label_of(obj.state), obj.state
        post = _post_for_proposal(user, row, obj)
        what = "提案"
    decision = decide(row, state, state_label, post, what)
    if decision and action in UNDOING_A_MERGE and isinstance(obj, Proposal):
        main = obj.merged_into
        if main is not None and main.stage not in BEFORE_ASSIGNMENT:
            return Decision(False, "主提案已经交办，不能再撤销并案。", post)
    if isinstance(obj, Proposal):
        if decision and action == "join_cosigning" and not obj.open_to_cosigning:
            return Decision(False, "发起人没有开放附议；愿意联名的，可以请发起人邀请您。", decision.post)
        return unless_archived(decision, obj)
    return _unless_suspended(decision, row, obj.proposal)


def unless_archived(decision: Decision, proposal: Proposal) -> Decision:
    """``decision`` about something of ``proposal``, which is read-only once it is archived."""
    if decision and proposal.archived_at is not None:
        return Decision(False, ARCHIVED, decision.post)
    return decision


def _unless_suspended(decision: Decision, row: Transition, proposal: Proposal) -> Decision:
    if not decision or proposal.state != ProposalState.SUSPENDED:
        return unless_archived(decision, proposal) if decision else decision
    return Decision(False, f"提案已中止办理，恢复办理后才能“{row.label}”。", decision.post)


def can_see_contested(user: Person) -> Decision:
    """Whether ``user`` may see the report of contested assignments: the two offices and administrators."""
    if isinstance(user, User) and user.is_active and user.is_superuser:
        return Decision(True)
    post = find_post(user, [Role.COMMITTEE_STAFF, Role.OFFICE_STAFF])
    return Decision(True, "", post) if post else Decision(False, "争议交办由提案委和督查室查看，您没有对应的岗位。")


def decide(row: Transition, state: str, state_label: str, post: Post | None, what: str) -> Decision:
    """Join the two halves of a decision: is it this person's to do, and is it time for it."""
    if post is None:
        holders = "、".join(sorted({Role(role).label for role in row.roles}))
        return Decision(False, f"“{row.label}”由{holders or '系统'}办理，您没有对应的岗位。")
    if state not in row.sources:
        return Decision(False, f"{what}现在是“{state_label}”，不能“{row.label}”。", post)
    return Decision(True, "", post)


def can_file(user: Person) -> Decision:
    """Whether ``user`` may start a new proposal."""
    for post in posts_of(user):
        if post.role in {Role.COMMITTEE_STAFF, Role.PROPOSER}:
            return Decision(True, "", post)
    return Decision(False, "只有提案者和提案委工作人员可以提交提案。")


def can_see_statistics(user: Person) -> Decision:
    """Whether ``user`` may see statistics, over what he may see anyway: the two offices, the bureaus, administrators.

    Its lists know more about a case than a proposer does (whose clock ran out, how others rated the answer).
    """
    if isinstance(user, User) and user.is_active and user.is_superuser:
        return Decision(True)
    for post in posts_of(user):
        if post.role in {Role.COMMITTEE_STAFF, Role.OFFICE_STAFF, *BUREAU_ROLES}:
            return Decision(True, "", post)
    return Decision(False, "统计由提案委、督查室和承办单位查看，您没有对应的岗位。")


def _post_for_proposal(user: Person, row: Transition, proposal: Proposal) -> Post | None:
    if row.action in {"edit", "submit"}:
        return _post_of_filer(user, proposal)
    if row.action == "withdraw_proposal":
        return _post_of_withdrawer(user, proposal)
    if row.action == "invite_cosigners":
        return _post_of_initiator(user, proposal)
    if row.action == "join_cosigning":
        return next(iter(member_posts(user)), None)
    if row.action == "answer":
        answering = [a.bureau_id for a in proposal.assignments.all() if a.is_answering and a.state != "withdrawn"]
        return find_post(user, row.roles, bureau_ids=answering)
    return find_post(user, row.roles)


def _post_of_filer(user: Person, proposal: Proposal) -> Post | None:
    """The proposer edits his own text; what the committee typed for a proposer, the committee edits. Whoever only
    signed it does not."""
    if proposal.created_by_committee:
        return find_post(user, [Role.COMMITTEE_STAFF])
    named = [row.proposer_id for row in proposal.proposal_proposers.all() if not row.is_cosigner]
    return find_post(user, [Role.PROPOSER], proposer_ids=named)


def _post_of_initiator(user: Person, proposal: Proposal) -> Post | None:
    """The first proposer asks others to sign; for what the committee typed, the committee."""
    if proposal.created_by_committee:
        return find_post(user, [Role.COMMITTEE_STAFF])
    first = [row.proposer_id for row in proposal.proposal_proposers.all() if row.position == 1]
    return find_post(user, [Role.PROPOSER], proposer_ids=first)


def _can_about_invitation(user: Person, row: Transition, invitation: Invitation) -> Decision:
    """The invited answer, the initiator takes back; both while the text is still its writer's."""
    proposal = invitation.proposal
    if row.action == "withdraw_invitation":
        post = _post_of_initiator(user, proposal)
    else:
        post = find_post(user, row.roles, proposer_ids=[invitation.proposer_id])
    what = "这份附议" if invitation.by_himself else "这份联名邀请"
    decision = decide(called(row, invitation.by_himself), invitation.state, invitation.shown_state, post, what)
    if decision and proposal.state not in COSIGNABLE:
        return Decision(False, "提案已经提交，联名已经结束。", post)
    if decision and row.target == InvitationState.ACCEPTED and invitation.is_expired_on(today()):
        what = "重新确认的期限" if invitation.by_himself else "邀请"
        return Decision(False, f"{what}已于 {invitation.due_on} 到期，不能再签名；可以请发起人重新邀请。", post)
    return decision


def _post_of_withdrawer(user: Person, proposal: Proposal) -> Post | None:
    """The first proposer takes his case back, also one that the committee typed for him; what it typed, the committee
    takes back at his word."""
    first = [row.proposer_id for row in proposal.proposal_proposers.all() if row.position == 1]
    own = find_post(user, [Role.PROPOSER], proposer_ids=first)
    return own or (find_post(user, [Role.COMMITTEE_STAFF]) if proposal.created_by_committee else None)


def can_review_together(user: Person) -> Decision:
    """Whether ``user`` may enter what a meeting of the committee decided on many proposals."""
    post = find_post(user, [Role.COMMITTEE_STAFF])
    return Decision(True, "", post) if post else Decision(False, "会议审定由提案委工作人员登记，您没有对应的岗位。")


def _post_for_assignment(user: Person, row: Transition, assignment: Assignment) -> Post | None:
    return find_post(user, row.roles, bureau_ids=[assignment.bureau_id])
