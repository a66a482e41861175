"""Who may urge and see urgings: the only place. The supervision office urges (DOMAIN 1.13); the bureaus it urged read
what was sent to them, the committee reads all."""

from __future__ import annotations

from django.db.models import QuerySet

from proposals.models import Role, Urging, User
from proposals.permissions import BUREAU_ROLES, Decision, Person, bureaus_of, find_post, has_role

OFFICES = (Role.COMMITTEE_STAFF, Role.OFFICE_STAFF)


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
