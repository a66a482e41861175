"""Who may read what was said of a deadline, and to whom."""

from __future__ import annotations

from proposals.models import Deadline, Role, User
from proposals.permissions import BUREAU_ROLES, Decision, Person, find_post, has_role


def can_see_reminders(user: Person, deadline: Deadline) -> Decision:
    """The two offices, administrators, and the staff of the bureau whose deadline it is: it names people."""
    if isinstance(user, User) and user.is_active and user.is_superuser:
        return Decision(True)
    if has_role(user, Role.COMMITTEE_STAFF, Role.OFFICE_STAFF):
        return Decision(True)
    own = [deadline.bureau_id] if deadline.bureau_id else []
    if own and find_post(user, BUREAU_ROLES, bureau_ids=own):
        return Decision(True)
    return Decision(False, "提醒记录由提案委、督查室和承担这项期限的单位查看。")
