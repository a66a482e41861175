"""Who keeps and reads the log of a key proposal's supervision: both offices keep it, the bureaus at work on the case
read it. It holds what people said, so the administrator does not. The report is the offices' own."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from proposals.models import Assignment, LogEntry, Mark, Proposal, Role, SupervisionReport, User
from proposals.permissions import Decision, Person, bureaus_of, find_post, has_role, unless_archived
from proposals.workflow import AssignmentState

OFFICES = (Role.COMMITTEE_STAFF, Role.OFFICE_STAFF)


def may_keep_log(user: Person, proposal: Proposal) -> Decision:
    """Whether ``user`` may write into the log or the report of ``proposal``: the offices, while it is a key proposal
    (one query)."""
    post = find_post(user, OFFICES)
    if post is None:
        return Decision(False, "督办记录由提案委、督查室记录，您没有对应的岗位。")
    if not Mark.objects.filter(proposal=proposal, kind=Mark.Kind.KEY, lifted_at=None).exists():
        return Decision(False, "只有重点提案有督办记录；请先由提案委列为重点提案。", post)
    return unless_archived(Decision(True, "", post), proposal)


def may_correct(user: Person, entry: LogEntry) -> Decision:
    """Whether ``user`` may correct ``entry``: who wrote it, as long as he serves in an office."""
    post = find_post(user, OFFICES)
    if post is None or not isinstance(user, User) or entry.written_by_id != user.pk:
        return Decision(False, "督办记录由记录的人自己更正。")
    return unless_archived(Decision(True, "", post), entry.proposal)


def visible_log(user: Person) -> QuerySet[LogEntry]:
    """Entries ``user`` may read."""
    rows = LogEntry.objects.all()
    if not isinstance(user, User):
        return rows.none()
    if has_role(user, *OFFICES):
        return rows
    at_work = Assignment.objects.filter(proposal=OuterRef("proposal"), bureau__in=bureaus_of(user))
    return rows.filter(Exists(at_work.exclude(state=AssignmentState.WITHDRAWN)))


def visible_reports(user: Person) -> QuerySet[SupervisionReport]:
    """Reports ``user`` may read, all their versions."""
    rows = SupervisionReport.objects.all()
    return rows if isinstance(user, User) and has_role(user, *OFFICES) else rows.none()
