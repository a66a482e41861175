"""Who may see and do what after a reply went out: promises, second answers, redo, meetings, links to rate."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from proposals.models import Role
from proposals.permissions import Decision, bureaus_of, decide, find_post, has_role, unless_archived
from replies.models import Feedback, FollowUp, Promise, Redo
from replies.permissions import Person, visible_replies
from replies.workflow import FollowUpState
from replies.workflow_followup import FOLLOW_UP, PROMISE, REDO

OFFICES = (Role.COMMITTEE_STAFF, Role.OFFICE_STAFF)


def visible_promises(user: Person) -> QuerySet[Promise]:
    """Lines of the ledger ``user`` may read: of replies he may read, and what his own bureaus owe."""
    seen = Q(reply__in=visible_replies(user).values("pk"))
    return Promise.objects.filter(seen | Q(bureau__in=bureaus_of(user)))


def visible_follow_ups(user: Person) -> QuerySet[FollowUp]:
    """Second answers ``user`` may read: signed ones with their promise, unsigned ones in the bureau that writes."""
    issued = Q(state=FollowUpState.ISSUED, promise__in=visible_promises(user).values("pk"))
    return FollowUp.objects.filter(issued | Q(bureau__in=bureaus_of(user)))


def visible_ratings(user: Person) -> QuerySet[Feedback]:
    """Ratings whose scan ``user`` may look at: those of replies he may read."""
    return Feedback.objects.filter(reply__in=visible_replies(user).values("pk"))


def can(user: Person, action: str, obj: Promise | FollowUp | Redo) -> Decision:
    """Whether ``user`` may do ``action`` to ``obj`` now, and why not."""
    match obj:
        case Promise():
            row = PROMISE.get(action)
            post = find_post(user, row.roles, bureau_ids=[obj.bureau_id])
            decision = decide(row, obj.state, PROMISE.label_of(obj.state), post, "这项承诺")
            return unless_archived(decision, obj.proposal) if decision else decision
        case FollowUp():
            row = FOLLOW_UP.get(action)
            post = find_post(user, row.roles, bureau_ids=[obj.bureau_id])
            return decide(row, obj.state, FOLLOW_UP.label_of(obj.state), post, "跟踪答复")
        case Redo():
            row = REDO.get(action)
            post = find_post(user, row.roles, bureau_ids=[obj.reply.bureau_id])
            return decide(row, obj.state, REDO.label_of(obj.state), post, "这次重新办理")


def can_see_ledger(user: Person) -> Decision:
    """Whether ``user`` may open the ledger over many cases; a proposer reads the promises on his own case."""
    if has_role(user, *OFFICES) or bureaus_of(user) or getattr(user, "is_superuser", False):
        return Decision(True)
    return Decision(False, "承诺台账由提案委、督查室和承办单位查看；您的提案有什么承诺，写在提案页里。")
