"""Who may have many letters at once, or a book: the two offices all kinds, the bureaus packages of letters. What is in
them is asked of ``visible_proposals`` and ``visible_replies``; a batch is for the eyes of who asked for it alone."""

from __future__ import annotations

from django.db.models import QuerySet

from proposals.models import Role, User
from proposals.permissions import BUREAU_ROLES, Decision, Person, decide, posts_of
from replies.models import Bundle
from replies.workflow_bundles import BUNDLE

OFFICES = frozenset({Role.COMMITTEE_STAFF, Role.OFFICE_STAFF})
FOR_BUREAUS = frozenset({Bundle.Kind.LETTERS})


def can_ask(user: Person, kind: str = Bundle.Kind.LETTERS) -> Decision:
    """Whether ``user`` may ask for a batch of this kind."""
    held = posts_of(user)
    post = next((post for post in held if post.role in OFFICES), None)
    if post is None and kind in FOR_BUREAUS:
        post = next((post for post in held if post.role in BUREAU_ROLES), None)
    if post is None:
        who = "提案委、督查室和承办单位" if kind in FOR_BUREAUS else "提案委、督查室"
        return Decision(False, f"{Bundle.Kind(kind).label}由{who}导出，您没有对应的岗位。")
    return Decision(True, "", post)


def visible_bundles(user: Person) -> QuerySet[Bundle]:
    """One's own batches, asked for in a post one still holds."""
    if not isinstance(user, User):
        return Bundle.objects.none()
    return Bundle.objects.filter(created_by=user, post__in=[post.pk for post in posts_of(user)])


def can(user: Person, action: str, bundle: Bundle) -> Decision:
    """Whether ``user`` may do ``action`` (a row of BUNDLE) to his own batch now."""
    row = BUNDLE.get(action)
    is_his = bundle.created_by_id == getattr(user, "pk", None)
    post = next((post for post in posts_of(user) if is_his and post.pk == bundle.post_id), None)
    return decide(row, bundle.state, BUNDLE.label_of(bundle.state), post, "这项")
