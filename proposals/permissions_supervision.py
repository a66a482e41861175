"""Who may urge, issue slips and answer them, and who sees them: the only place. The supervision office urges and
issues (DOMAIN 1.13); the bureaus read what was sent to them, the committee reads all."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from proposals.models import Proposal, Role, SlipFile, SupervisionSlip, Urging, User
from proposals.permissions import (
    BUREAU_ROLES,
    Decision,
    Person,
    bureaus_of,
    decide,
    find_post,
    has_role,
    unless_archived,
)
from proposals.workflow import ProposalState
from proposals.workflow_supervision import SLIP

OFFICES = (Role.COMMITTEE_STAFF, Role.OFFICE_STAFF)
UNDER_SUPERVISION = (
    ProposalState.ASSIGNED,
    ProposalState.SUSPENDED,
    ProposalState.ANSWERED,
    ProposalState.IMPORTED,
)


def _reads_all(user: User) -> bool:
    return user.is_superuser or has_role(user, *OFFICES)


def may_urge(user: Person) -> Decision:
    """Whether ``user`` may urge bureaus."""
    post = find_post(user, [Role.OFFICE_STAFF])
    return Decision(True, "", post) if post else Decision(False, "催办由督查室工作人员办理，您没有对应的岗位。")


def visible_urgings(user: Person) -> QuerySet[Urging]:
    """Urgings ``user`` may read: all for the offices, for others those sent to a bureau of his."""
    rows = Urging.objects.all()
    if isinstance(user, User) and _reads_all(user):
        return rows
    return rows.filter(pk__in=Urging.bureaus.through.objects.filter(bureau__in=bureaus_of(user)).values("urging"))


def can_see_supervision(user: Person) -> Decision:
    """Whether ``user`` may open the lists of supervision: the offices, the bureaus, administrators."""
    if isinstance(user, User) and user.is_active and (_reads_all(user) or bureaus_of(user, BUREAU_ROLES)):
        return Decision(True)
    return Decision(False, "催办、督办由提案委、督查室和承办单位查看，您没有对应的岗位。")


def may_issue_slip(user: Person, proposal: Proposal) -> Decision:
    """Whether ``user`` may give a bureau a slip about ``proposal``: the office, once it was assigned or imported."""
    post = find_post(user, [Role.OFFICE_STAFF])
    if post is None:
        return Decision(False, "督办单由督查室工作人员发出，您没有对应的岗位。")
    if proposal.stage not in UNDER_SUPERVISION:
        return Decision(False, f"提案现在是“{proposal.stage.label}”，交办以后才能发督办单。", post)
    return unless_archived(Decision(True, "", post), proposal)


def can(user: Person, action: str, slip: SupervisionSlip) -> Decision:
    """Whether ``user`` may do ``action`` (a row of SLIP) to ``slip`` now, and why not."""
    row = SLIP.get(action)
    post = find_post(user, row.roles, bureau_ids=[slip.bureau_id])
    decision = decide(row, slip.state, SLIP.label_of(slip.state), post, "这份督办单")
    return unless_archived(decision, slip.proposal) if decision else decision


def visible_slips(user: Person) -> QuerySet[SupervisionSlip]:
    """Slips ``user`` may read: all for the offices, for others those of a bureau of his."""
    rows = SupervisionSlip.objects.all()
    if isinstance(user, User) and _reads_all(user):
        return rows
    return rows.filter(bureau__in=bureaus_of(user))


def visible_slip_files(user: Person) -> QuerySet[SlipFile]:
    """Files of slips: what was handed in with the slip, what lies with the draft in its bureau alone."""
    handed_in = Q(answer__isnull=False, slip__in=visible_slips(user).values("pk"))
    return SlipFile.objects.filter(handed_in | Q(slip__bureau__in=bureaus_of(user)))
