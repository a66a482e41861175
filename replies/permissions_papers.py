"""Who may have the papers of a case printed: 交办通知, 发文稿纸, 征询意见表."""

from __future__ import annotations

from collections.abc import Iterable

from proposals.models import Assignment, Role, User
from proposals.permissions import Decision, bureaus_of, find_post, has_role
from proposals.workflow import AssignmentState
from replies.models import Reply
from replies.permissions import SIGNED_STATES, may_read_clearance

INSIDE_ONLY = "交办通知只供承办单位和督查室、提案委使用。"
PREVIEW_ONLY = "预览只供办理这件提案的单位和督查室、提案委使用。"
CHAIN_ONLY = "发文稿纸只供办理这件提案的单位和督查室、提案委使用。"
FORMS_ONLY = "征询意见表由主办单位、督查室和提案委印制。"
NOT_SIGNED = "答复签发后才能印制征询意见表。"


def may_print_assignment(user: User, shares: Iterable[Assignment]) -> Decision:
    """Whether ``user``, who may see the case, may have its 交办通知: the bureaus it names and the offices. ``shares``:
    the assignments of the case (no query)."""
    named = {share.bureau_id for share in shares if share.state != AssignmentState.WITHDRAWN}
    is_office = user.is_superuser or has_role(user, Role.COMMITTEE_STAFF, Role.OFFICE_STAFF)
    return Decision(True) if is_office or named & bureaus_of(user) else Decision(False, INSIDE_ONLY)


def may_print_sheet(user: User, reply: Reply) -> Decision:
    """Whether ``user``, who may read the reply, may have its 发文稿纸: whoever may read its clearance."""
    return Decision(True) if may_read_clearance(user, reply) else Decision(False, CHAIN_ONLY)


def may_preview(user: User, reply: Reply) -> Decision:
    """Whether ``user``, who may read the reply, may see it as a letter, with the sample of a seal where it has one:
    who reads its clearance."""
    return Decision(True) if may_read_clearance(user, reply) else Decision(False, PREVIEW_ONLY)


def may_print_forms(user: User, reply: Reply) -> Decision:
    """Whether ``user`` may have the 征询意见表 of a signed reply: the bureau that answers and the offices. The post is
    the one he acts in."""
    post = find_post(user, (Role.COMMITTEE_STAFF, Role.OFFICE_STAFF)) or find_post(
        user, (Role.CLERK, Role.REVIEWER, Role.LEADER), bureau_ids=[reply.bureau_id]
    )
    if post is None:
        return Decision(False, FORMS_ONLY)
    if reply.state not in SIGNED_STATES:
        return Decision(False, NOT_SIGNED, post)
    return Decision(True, "", post)


def may_hand_out_links(user: User, reply: Reply) -> bool:
    """Whether the proposer's one-time link may stand on a form ``user`` prints: who mails such links and enters paper
    forms. Never somebody of a bureau of the case, which would rate itself by it."""
    if not has_role(user, Role.COMMITTEE_STAFF, Role.OFFICE_STAFF):
        return False
    handling = set(Assignment.objects.filter(proposal=reply.proposal_id).values_list("bureau_id", flat=True))
    return not bureaus_of(user) & (handling | {reply.bureau_id})
