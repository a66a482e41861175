"""Who keeps the assessment of the bureaus, and who reads what of it."""

from __future__ import annotations

from django.db.models import QuerySet

from proposals.models import Role, User
from proposals.permissions import BUREAU_ROLES, Decision, bureaus_of, decide, find_post, has_role
from replies.models import AssessmentSheet
from replies.workflow_assessment import ASSESSMENT, SheetState

NOT_YOURS = "承办单位考核由督查室办理；公布以后，承办单位和提案委可以查看。您没有对应的岗位。"


def can_see_assessment(user: User) -> Decision:
    """Whether ``user`` has anything to do with the assessment at all."""
    if user.is_superuser or has_role(user, Role.OFFICE_STAFF, Role.COMMITTEE_STAFF, *BUREAU_ROLES):
        return Decision(True)
    return Decision(False, NOT_YOURS)


def can_open(user: User) -> Decision:
    """Whether ``user`` may start the sheet of a session."""
    post = find_post(user, ASSESSMENT.get("open_assessment").roles)
    return Decision(True, "", post) if post else Decision(False, "考核由督查室工作人员开始，您没有对应的岗位。")


def can(user: User, action: str, sheet: AssessmentSheet) -> Decision:
    """Whether ``user`` may do ``action`` with ``sheet`` now."""
    row = ASSESSMENT.get(action)
    return decide(row, sheet.state, SheetState(sheet.state).label, find_post(user, row.roles), "考核表")


def visible_sheets(user: User) -> QuerySet[AssessmentSheet]:
    """Sheets ``user`` may know of: the office knows all, the others the published ones."""
    sheets = AssessmentSheet.objects.all()
    if user.is_superuser or has_role(user, Role.OFFICE_STAFF):
        return sheets
    if can_see_assessment(user):
        return sheets.filter(state=SheetState.PUBLISHED)
    return sheets.none()


def readable_bureaus(user: User) -> set[int] | None:
    """Keys of the bureaus whose lines ``user`` may read; None: all of them."""
    if user.is_superuser or has_role(user, Role.OFFICE_STAFF, Role.COMMITTEE_STAFF):
        return None
    return bureaus_of(user)
