"""Who archives a case and who may take its package: the office that had it last. A package holds what was said inside
the bureaus and offices too, so it is for the staff of the offices alone."""

from __future__ import annotations

from django.db.models import QuerySet

from proposals.models import Proposal, Role, User
from proposals.permissions import Decision, Person, find_post, has_role, visible_proposals
from replies.archive_rule import ENDED_EARLY
from replies.models import ArchivePackage
from replies.workflow import DocumentState
from replies.workflow_archive import ARCHIVISTS, PACKAGE, SHELF, ShelfState

OFFICES = (Role.COMMITTEE_STAFF, Role.OFFICE_STAFF)


def shelf_of(proposal: Proposal) -> ShelfState:
    """On the shelf or not."""
    return ShelfState.OPEN if proposal.archived_at is None else ShelfState.ARCHIVED


def can(user: Person, action: str, proposal: Proposal) -> Decision:
    """Whether ``user`` may archive ``proposal`` or open it again (a row of SHELF). The supervision office does so with
    what was assigned or imported, the committee with what ended before. Whether the case is closed is asked by
    ``replies.services.archiving``."""
    row, shelf = SHELF.get(action), shelf_of(proposal)
    is_early = proposal.stage in ENDED_EARLY
    post = find_post(user, [Role.COMMITTEE_STAFF if is_early else Role.OFFICE_STAFF])
    if post is None:
        who = "提案委工作人员" if is_early else "督查室工作人员"
        return Decision(False, f"这件提案的“{row.label}”由{who}办理，您没有对应的岗位。")
    if proposal.merged_into_id is not None:
        return Decision(False, f"并入的提案随主提案一起办，请在主提案的页面上“{row.label}”。", post)
    if shelf not in row.sources:
        return Decision(False, f"提案现在是“{shelf.label}”，不能“{row.label}”。", post)
    return Decision(True, "", post)


def can_retry(user: Person, package: ArchivePackage) -> Decision:
    """Whether ``user`` may have a package made again that was not made."""
    row = PACKAGE.get("retry_package")
    post = find_post(user, ARCHIVISTS)
    if post is None:
        return Decision(False, "归档包由督查室、提案委工作人员重新制作，您没有对应的岗位。")
    if package.reopened_at is not None:
        return Decision(False, "归档已重新打开，这个归档包不再制作。", post)
    if package.state not in row.sources:
        label = DocumentState(package.state).label
        return Decision(False, f"归档包现在是“{label}”，不能“{row.label}”。", post)
    return Decision(True, "", post)


def visible_packages(user: Person) -> QuerySet[ArchivePackage]:
    """Packages ``user`` may take: those of the cases the staff of an office knows of."""
    rows = ArchivePackage.objects.all()
    if not isinstance(user, User) or not has_role(user, *OFFICES):
        return rows.none()
    return rows.filter(proposal__in=visible_proposals(user))
