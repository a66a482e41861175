"""Who may do what on the upper floor, and whose eyes an unsigned text is for: the only place.

Unsigned text belongs to the bureaus at work on it. The lead bureau always sees its reply; a co-handler sees it once it
is up for countersigning; the two offices see it once it is signed, the supervision office also while it has to act on
it; the proposer once it is issued; the public only what stands in ``Publication``.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from panjin_portal.lib.kept import Kept
from proposals import permissions as ground
from proposals.models import Assignment, Post, ProposalProposer, Role, User
from proposals.permissions import (
    BUREAU_ROLES,
    Decision,
    bureaus_of,
    decide,
    find_post,
    has_role,
    posts_of,
    proposers_of,
    reach_of,
    unless_archived,
)
from proposals.permissions_reach import Reach
from proposals.queries import addressed_proposers
from proposals.workflow import AssignmentState, Transition
from replies.handling_workflow import CHANGE, CONSULTATION
from replies.models import (
    CoHandlerOpinion,
    Consultation,
    ConsultationSide,
    CountersignChange,
    ImportBatch,
    ImportItem,
    Publication,
    RenderedDocument,
    Reply,
)
from replies.rules import needs_main_leader, rule_for
from replies.workflow import (
    DOCUMENT,
    IMPORT,
    IMPORT_ROLES,
    OPINION,
    PUBLICATION,
    REPLY,
    OpinionState,
    PublicationState,
    ReplyState,
)

Person = User | AnonymousUser

SIGNED_STATES = (ReplyState.SIGNED, ReplyState.ISSUED, ReplyState.CONFIRMED, ReplyState.SUPERSEDED)
ISSUED_STATES = (ReplyState.ISSUED, ReplyState.CONFIRMED, ReplyState.SUPERSEDED)
CO_HANDLER_STATES = (
    *(ReplyState.COUNTERSIGNING, ReplyState.COORDINATING, ReplyState.AUDITING, ReplyState.SIGNING),
    *SIGNED_STATES,
)
NO_CONTACT = "沟通记录由提案者核对，您不是这件提案的提案者联系人。"
MAIN_LEADER_ONLY = "按规则，这份答复由单位的主要负责人签发；您的任职没有标明主要负责人。"
OFFICE_STATES = (*SIGNED_STATES, ReplyState.IMPORTED)
# Unsigned text the supervision office reads, because it has to act on it.
OFFICE_AT_WORK = (ReplyState.COORDINATING, ReplyState.AUDITING)
WRITER_SIGNS_NOT = "会办意见由起草以外的人签发，这份是您写的或送的，请本单位其他领导签发。"
OPINION_SIGNING = frozenset({"sign_opinion", "return_opinion", "withdraw_opinion"})
COUNTERSIGN_ACTIONS = frozenset({"countersign", "countersign_with_changes", "refuse_countersign"})


def visible_replies(user: Person) -> QuerySet[Reply]:
    """Replies whose text ``user`` may read. Every page, file and export of a reply starts here."""
    return replies_within(reach_of(user)) if isinstance(user, User) else Reply.objects.none()


def replies_within(reach: Reach) -> QuerySet[Reply]:
    """The same for a reader in plain values."""
    seen = Q(pk__in=[])
    if reach.administers:
        seen |= Q(state__in=SIGNED_STATES)
    if reach.committee or reach.office:
        seen |= Q(state__in=OFFICE_STATES)
    if reach.office:
        seen |= Q(state__in=OFFICE_AT_WORK)
    if reach.bureaus:
        helping = Assignment.objects.filter(
            proposal=OuterRef("proposal"), bureau__in=reach.bureaus, role=Assignment.Role.CO_HANDLER
        ).exclude(state=AssignmentState.WITHDRAWN)
        seen |= Q(bureau__in=reach.bureaus) | (Q(state__in=CO_HANDLER_STATES) & Q(Exists(helping)))
    if reach.proposers:
        mine = ProposalProposer.objects.filter(proposer__in=reach.proposers)
        named = mine.filter(proposal=OuterRef("proposal"))
        merged = mine.filter(proposal__merged_into=OuterRef("proposal"))  # 并案: the answer is for him too
        seen |= Q(state__in=ISSUED_STATES) & (Q(Exists(named)) | Q(Exists(merged)))
    return Reply.objects.filter(seen)


def may_read(user: User, reply: Reply) -> bool:
    """Whether ``user`` may read this one reply: as ``visible_replies``, whose first part (the bureau that writes it)
    needs no query."""
    return reply.bureau_id in bureaus_of(user) or bool(_readable_key(reply.pk, reach_of(user)))


@Kept
def _readable_key(pk: int, reach: Reach) -> QuerySet[Reply, int]:
    return replies_within(reach).filter(pk=pk).values_list("pk", flat=True).order_by()


def may_read_clearance(user: User, reply: Reply) -> bool:
    """Whether ``user``, who may read ``reply``, may read what was said about it on its way: the bureaus at work on the
    case and the offices. A proposer gets the signed text only."""
    if user.is_superuser or has_role(user, Role.COMMITTEE_STAFF, Role.OFFICE_STAFF):
        return True
    bureaus = bureaus_of(user)
    return reply.bureau_id in bureaus or (
        bool(bureaus)
        and Assignment.objects.filter(proposal=reply.proposal_id, bureau__in=bureaus)
        .exclude(state=AssignmentState.WITHDRAWN)
        .exists()
    )


def visible_opinions(user: Person) -> QuerySet[CoHandlerOpinion]:
    """Opinions ``user`` may read: his own bureau's, and what was handed to his bureau as lead."""
    opinions = CoHandlerOpinion.objects.all()
    bureaus = bureaus_of(user)
    if not bureaus:
        return opinions.none()
    leading = Assignment.objects.filter(
        proposal=OuterRef("assignment__proposal"), bureau__in=bureaus, role__in=Assignment.ANSWERING_ROLES
    ).exclude(state=AssignmentState.WITHDRAWN)
    return opinions.filter(Q(assignment__bureau__in=bureaus) | (Q(state=OpinionState.SUBMITTED) & Q(Exists(leading))))


def visible_consultations(user: Person) -> QuerySet[Consultation]:
    """Talks ``user`` may read: all of a case for both offices, the bureaus at work on it and its proposers. They hold
    what people said, so the administrator does not read them."""
    rows = Consultation.objects.all()
    if not isinstance(user, User):
        return rows.none()
    if has_role(user, Role.COMMITTEE_STAFF, Role.OFFICE_STAFF):
        return rows
    seen = Q(pk__in=[])
    bureaus, proposers = bureaus_of(user), proposers_of(user)
    if bureaus:
        at_work = Assignment.objects.filter(proposal=OuterRef("proposal"), bureau__in=bureaus)
        seen |= Q(Exists(at_work.exclude(state=AssignmentState.WITHDRAWN)))
    if proposers:
        mine = ConsultationSide.objects.filter(consultation=OuterRef("pk"), proposer__in=proposers)
        named = ProposalProposer.objects.filter(proposal=OuterRef("proposal"), proposer__in=proposers)
        seen |= Q(Exists(named)) | Q(Exists(mine))  # 并案: the record asks him too, though the main case is not his
    return rows.filter(seen)


def visible_publications(user: Person) -> QuerySet[Publication]:
    """Publications ``user`` may see inside the portal: his bureau's, all for the offices and the administrator, and
    everybody's published."""
    if not isinstance(user, User):
        return Publication.objects.filter(state=PublicationState.PUBLISHED)
    return publications_within(reach_of(user))


def publications_within(reach: Reach) -> QuerySet[Publication]:
    """The same for a reader in plain values."""
    publications = Publication.objects.all()
    if reach.administers or reach.committee or reach.office:
        return publications
    return publications.filter(Q(bureau__in=reach.bureaus or ()) | Q(state=PublicationState.PUBLISHED))


def visible_documents(user: Person) -> QuerySet[RenderedDocument]:
    """Files ``user`` may download or watch being made: those of replies and of opinions he may read."""
    readable = Q(reply__in=visible_replies(user))
    if bureaus_of(user):  # only they read opinions
        readable |= Q(opinion__in=visible_opinions(user))
    return RenderedDocument.objects.filter(readable)


def visible_batches(user: Person) -> QuerySet[ImportBatch]:
    """Batches of uploaded pages ``user`` may know of: all of them for the staff of both offices, none for others."""
    batches = ImportBatch.objects.all()
    return batches if find_post(user, IMPORT_ROLES) else batches.none()


def visible_import_items(user: Person) -> QuerySet[ImportItem]:
    """Files of the batches ``user`` may know of; one that was dropped says so instead of being a dead end."""
    items = ImportItem.objects.all()
    return items if find_post(user, IMPORT_ROLES) else items.none()


def can(
    user: Person,
    action: str,
    obj: Reply | CoHandlerOpinion | CountersignChange | Publication | RenderedDocument | ImportItem,
) -> Decision:
    """Whether ``user`` may do ``action`` to ``obj`` now, and why not. Rules of the chain that need more rows
    (who acted before, whose turn it is in the release) are added by ``replies.services``."""
    match obj:
        case Reply():
            row = REPLY.get(action)
            decision = decide(row, obj.state, REPLY.label_of(obj.state), _reply_post(user, row, obj), "答复")
            if action in COUNTERSIGN_ACTIONS and decision.post is None:
                return Decision(False, "会签由各会办单位办理，您不在会办单位任职。")
            if action == "sign" and decision and not _is_named_signer(user, obj):
                return Decision(False, MAIN_LEADER_ONLY)
            decision = unless_archived(decision, obj.proposal) if decision else decision
        case CountersignChange():
            row = CHANGE.get(action)
            post = find_post(user, row.roles, bureau_ids=[obj.reply.bureau_id])
            decision = decide(row, obj.state, CHANGE.label_of(obj.state), post, "这处修改")
        case CoHandlerOpinion():
            row = OPINION.get(action)
            decision = decide(row, obj.state, OPINION.label_of(obj.state), _opinion_post(user, row, obj), "会办意见")
            if decision and decision.post and action in OPINION_SIGNING:
                decision = _accepted(obj.assignment, decision.post)
            is_writer = getattr(user, "pk", None) in {obj.written_by_id, obj.sent_by_id}
            if decision and action == "sign_opinion" and is_writer:
                return Decision(False, WRITER_SIGNS_NOT)
        case Publication():
            row = PUBLICATION.get(action)
            post = find_post(user, row.roles, bureau_ids=[obj.bureau_id])
            decision = decide(row, obj.state, PUBLICATION.label_of(obj.state), post, "公开")
            decision = unless_archived(decision, obj.proposal) if decision else decision
        case RenderedDocument():
            row = DOCUMENT.get(action)
            post = find_post(user, row.roles, bureau_ids=[obj.bureau_id])
            decision = decide(row, obj.state, DOCUMENT.label_of(obj.state), post, "文件")
            decision = unless_archived(decision, obj.proposal) if decision else decision
        case ImportItem():
            row = IMPORT.get(action)
            decision = decide(row, obj.state, IMPORT.label_of(obj.state), find_post(user, row.roles), "这份文件")
    return decision


def can_record_consultation(user: Person, assignments: Iterable[Assignment]) -> Decision:
    """Whether ``user`` may record a talk about the case these are all ``assignments`` of: the people of a bureau that
    has signed for receipt, also after the answer went out (办后)."""
    at_work = [one for one in assignments if one.state != AssignmentState.WITHDRAWN]
    post = find_post(user, BUREAU_ROLES, bureau_ids=[one.bureau_id for one in at_work])
    if post is None:
        return Decision(False, "沟通情况由办理这件提案的单位记录，您不在这些单位任职。")
    mine = next(one for one in at_work if one.bureau_id == post.bureau_id)
    if mine.state == AssignmentState.PENDING:
        return Decision(False, "请先签收，再记录沟通情况。", post)
    return unless_archived(Decision(True, "", post), mine.proposal)


def can_answer_consultation(user: Person, consultation: Consultation, sides: Iterable[ConsultationSide]) -> Decision:
    """Whether ``user`` may still confirm or correct the record for a proposer, in the post of that proposer."""
    row = CONSULTATION.get("confirm_consultation")
    found = list(sides)
    if Consultation.objects.filter(replaces=consultation).exists():
        post = find_post(user, row.roles, proposer_ids=[side.proposer_id for side in found])
        return Decision(False, "这条记录已经更正，请核对更正后的记录。" if post else NO_CONTACT, post)
    waiting = [side.proposer_id for side in found if side.state in row.sources]
    post = find_post(user, row.roles, proposer_ids=waiting)
    if post is not None:
        return unless_archived(Decision(True, "", post), consultation.proposal)
    post = find_post(user, row.roles, proposer_ids=[side.proposer_id for side in found])
    if post is not None:
        return Decision(False, "这条沟通记录已经核对过，不能再改。", post)
    return Decision(False, NO_CONTACT)


def can_amend_consultation(user: Person, consultation: Consultation) -> Decision:
    """Whether ``user`` may put a corrected record in the place of this one: who wrote it, as long as he serves the
    bureau, and once."""
    row = CONSULTATION.get("amend_consultation")
    post = find_post(user, row.roles, bureau_ids=[consultation.bureau_id])
    if post is None or consultation.recorded_by_id != getattr(user, "pk", None):
        return Decision(False, "沟通记录由记录人更正，这条不是您记录的。")
    if Consultation.objects.filter(replaces=consultation).exists():
        return Decision(False, "这条记录已经更正，请在更正后的记录上再改。", post)
    return Decision(True, "", post)


def can_start_reply(user: Person, assignment: Assignment) -> Decision:
    """Whether ``user`` may open the draft of the reply this assignment asks for."""
    post = find_post(user, [Role.CLERK], bureau_ids=[assignment.bureau_id])
    if post is None:
        return Decision(False, "答复由承办单位的经办人拟写，您没有对应的岗位。")
    if not assignment.is_answering:
        return Decision(False, "会办单位不单独答复，请写会办意见送主办单位。")
    return _accepted(assignment, post)


def can_start_opinion(user: Person, assignment: Assignment) -> Decision:
    """Whether ``user`` may open the co-handler's opinion this assignment asks for."""
    post = find_post(user, [Role.CLERK], bureau_ids=[assignment.bureau_id])
    if post is None:
        return Decision(False, "会办意见由会办单位的经办人起草，您没有对应的岗位。")
    if assignment.is_answering:
        return Decision(False, "主办单位直接拟写答复，不另写会办意见。")
    return _accepted(assignment, post)


def _accepted(assignment: Assignment, post: Post) -> Decision:
    if assignment.state == AssignmentState.PENDING:
        return Decision(False, "请先签收，再办理。", post)
    if assignment.state == AssignmentState.CONTESTED:
        return Decision(False, "正在申请改办，督查室决定后再办。", post)
    if assignment.state != AssignmentState.ACCEPTED:
        return Decision(False, "这件交办已经办结或撤销。", post)
    return Decision(True, "", post)


def _reply_post(user: Person, row: Transition, reply: Reply) -> Post | None:
    if row.action == "rate":
        named = [one.pk for one in addressed_proposers(reply.proposal_id)]
        return find_post(user, row.roles, proposer_ids=named)
    if row.action in COUNTERSIGN_ACTIONS:
        return find_post(user, row.roles, bureau_ids=_co_handlers(reply))
    if row.action == "send_back":
        return _post_of_current_step(user, reply)
    return find_post(user, row.roles, bureau_ids=[reply.bureau_id])


def _is_named_signer(user: Person, reply: Reply) -> bool:
    """Whether ``user``, a leader of the bureau, is the one the session's rule names (one query)."""
    if not needs_main_leader(rule_for(reply.proposal)):
        return True
    leading = (post for post in posts_of(user) if post.role == Role.LEADER and post.bureau_id == reply.bureau_id)
    return any(post.is_main_leader for post in leading)


def _post_of_current_step(user: Person, reply: Reply) -> Post | None:
    """Whoever's turn it is may send the draft back."""
    if reply.state == ReplyState.COUNTERSIGNING:
        return find_post(user, BUREAU_ROLES, bureau_ids=_co_handlers(reply))
    turn = {ReplyState.REVIEWING: Role.REVIEWER, ReplyState.SIGNING: Role.LEADER}.get(reply.stage)
    roles: Iterable[str] = [turn] if turn else [Role.REVIEWER, Role.LEADER]
    return find_post(user, roles, bureau_ids=[reply.bureau_id])


def _co_handlers(reply: Reply) -> set[int]:
    """Bureaus whose countersignature this round still lacks, or all of the round when it is over. A bureau that is no
    longer on the case owes nothing."""
    slots = list(reply.countersignatures.filter(round=reply.clearance_round).select_related("assignment"))
    if reply.state == ReplyState.COUNTERSIGNING:
        slots = [slot for slot in slots if slot.step_id is None]
    return {slot.assignment.bureau_id for slot in slots if slot.assignment.state != AssignmentState.WITHDRAWN}


def _opinion_post(user: Person, row: Transition, opinion: CoHandlerOpinion) -> Post | None:
    if row.action == "take_over":
        lead = opinion.assignment.proposal.assignments.filter(role__in=Assignment.ANSWERING_ROLES).exclude(
            state=AssignmentState.WITHDRAWN
        )
        return find_post(user, row.roles, bureau_ids=lead.values_list("bureau_id", flat=True))
    return find_post(user, row.roles, bureau_ids=[opinion.assignment.bureau_id])


visible_proposals = ground.visible_proposals
