"""Named stages a case can be carried to, and the steps that lead there."""

from __future__ import annotations

from enum import StrEnum


class Step(StrEnum):
    """One thing people do to a case; each is one or several calls of the services."""

    FILE = "file"
    INVITE = "invite"
    SUBMIT = "submit"
    RETURN = "return"
    REJECT = "reject"
    REVIEW_STEPS = "review_steps"
    REGISTER = "register"
    MERGE = "merge"
    WITHDRAW = "withdraw"
    SUGGEST = "suggest"
    PUBLIC_OPINION = "public_opinion"
    MARK_KEY = "mark_key"
    ASSIGN = "assign"
    ACCEPT = "accept"
    DRAFT = "draft"
    OPINIONS = "opinions"
    SEND = "send"
    SEND_BACK = "send_back"
    REVIEW = "review"
    COUNTERSIGN = "countersign"
    SIGN = "sign"
    ISSUE = "issue"
    RATE = "rate"
    PREPARE = "prepare"
    START_RELEASE = "start_release"
    RELEASE = "release"
    UNPUBLISH = "unpublish"
    WITHHOLD = "withhold"
    CHECK_PROMISE = "check_promise"
    KEEP_PROMISE = "keep_promise"
    FOLLOW_UP = "follow_up"
    REDO = "redo"
    RATE_AGAIN = "rate_again"
    SUPERVISE = "supervise"
    ASK_RETURN = "ask_return"
    REFUSE_RETURN = "refuse_return"
    REASSIGN = "reassign"
    ASK_EXTENSION = "ask_extension"
    GRANT_EXTENSION = "grant_extension"
    SUSPEND = "suspend"
    ASSIGN_SEPARATE = "assign_separate"
    REFUSE_COUNTERSIGN = "refuse_countersign"
    RETURN_AUDIT = "return_audit"
    IMPORT = "import"
    CONFIRM = "confirm"


class Stage(StrEnum):
    """Where a case stands when its steps are done. ``DRAFTING``: the reply has its text and the co-handlers' opinions
    lie beside it, not yet taken over. ``SIGNED``: the letter has its file. ``RELEASING``: before the first step."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    REJECTED = "rejected"
    REGISTERED = "registered"
    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    DRAFTING = "drafting"
    REVIEWING = "reviewing"
    COUNTERSIGNING = "countersigning"
    SIGNING = "signing"
    SIGNED = "signed"
    ISSUED = "issued"
    RATED = "rated"
    PREPARING = "preparing"
    RELEASING = "releasing"
    PUBLISHED = "published"
    UNPUBLISHED = "unpublished"
    IMPORTED = "imported"
    CONFIRMED = "confirmed"


_SUBMITTED = (Step.FILE, Step.SUBMIT)
_ACCEPTED = (*_SUBMITTED, Step.REGISTER, Step.ASSIGN, Step.ACCEPT)
_DRAFTING = (*_ACCEPTED, Step.DRAFT, Step.OPINIONS)
_SIGNING = (*_DRAFTING, Step.SEND, Step.REVIEW, Step.COUNTERSIGN)
_ISSUED = (*_SIGNING, Step.SIGN, Step.ISSUE)
_PUBLISHED = (*_ISSUED, Step.PREPARE, Step.START_RELEASE, Step.RELEASE)

ROUTES: dict[Stage, tuple[Step, ...]] = {
    Stage.DRAFT: (Step.FILE,),
    Stage.SUBMITTED: _SUBMITTED,
    Stage.RETURNED: (*_SUBMITTED, Step.RETURN),
    Stage.REJECTED: (*_SUBMITTED, Step.REJECT),
    Stage.REGISTERED: _ACCEPTED[:3],
    Stage.ASSIGNED: _ACCEPTED[:4],
    Stage.ACCEPTED: _ACCEPTED,
    Stage.DRAFTING: _DRAFTING,
    Stage.REVIEWING: _SIGNING[:-2],
    Stage.COUNTERSIGNING: _SIGNING[:-1],
    Stage.SIGNING: _SIGNING,
    Stage.SIGNED: _ISSUED[:-1],
    Stage.ISSUED: _ISSUED,
    Stage.RATED: (*_ISSUED, Step.RATE),
    Stage.PREPARING: _PUBLISHED[:-2],
    Stage.RELEASING: _PUBLISHED[:-1],
    Stage.PUBLISHED: _PUBLISHED,
    Stage.UNPUBLISHED: (*_PUBLISHED, Step.UNPUBLISH),
    Stage.IMPORTED: (Step.IMPORT,),
    Stage.CONFIRMED: (Step.IMPORT, Step.CONFIRM),
}
