"""Who looks at the rules and the working-day calendar: the two offices and administrators. Changing them is system
management."""

from __future__ import annotations

from proposals.models import Role, User
from proposals.permissions import Decision, Person, has_role

KEEPERS = (Role.COMMITTEE_STAFF, Role.OFFICE_STAFF)


def can_see_rules(user: Person) -> Decision:
    """Whether ``user`` may open the rules, the trial reckoning and the calendar."""
    if isinstance(user, User) and user.is_active and (user.is_superuser or has_role(user, *KEEPERS)):
        return Decision(True)
    return Decision(False, "期限规则和工作日历由提案委、督查室工作人员查看，您没有对应的岗位。")
