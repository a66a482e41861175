"""What a case is told with: the texts of its script and the people of its cast. Plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from proposals.models import Bureau, Proposal, Proposer, User
from replies.models import Feedback


@dataclass(frozen=True)
class Answer:
    """A piece of the reply. ``asks`` are the positions (from 1) of the asks it answers."""

    heading: str = ""
    text: tuple[str, ...] = ()
    asks: tuple[int, ...] = ()
    run_in: bool = False
    below: tuple[Answer, ...] = ()


@dataclass(frozen=True)
class Entry:
    """One line of the answer matrix. ``ask``: its position; ``months``: the promise is due so many months after."""

    ask: int
    result: str = ""
    outcome: str = ""
    promise: str = ""
    months: int = 0
    phase: str = ""
    reason: str = ""
    bureau: str = ""


@dataclass(frozen=True)
class Rating:
    """How the proposer rates the reply."""

    attitude: str = Feedback.Grade.SATISFIED
    result: str = Feedback.Grade.SATISFIED
    opinion: str = ""


@dataclass(frozen=True)
class Spoken:
    """The talk with the proposer before the reply was written. No ``method``: he wanted no visit. ``answers``: he has
    looked at the record; with a ``correction`` he put his own words beside it."""

    method: str = "走访面商"
    content: str = "介绍了办理打算，听取了对三条建议的补充意见。"
    answers: bool = True
    correction: str = ""


@dataclass(frozen=True)
class Script:
    """All texts of one case. ``suggestions`` is numbered text, the asks are read from it."""

    title: str
    background: str
    analysis: str
    suggestions: str
    answers: tuple[Answer, ...] = ()
    topic: str = ""
    kind: str = Proposal.Kind.SESSION
    keywords: str = ""
    result: str = "A"
    matrix: tuple[Entry, ...] = ()
    kept: tuple[str, str] = ("", "")  # of the first promise of the lead: evidence, and what the proposer is told
    rating: Rating = field(default_factory=Rating)
    note: str = ""
    review_opinion: str = "案由明确，建议具体，同意立案。"
    return_opinion: str = "请补充具体数据，并把建议分条列出。"
    rejection: str = "内容空泛，没有具体建议"
    step_opinion: str = "题目具体，内容属于我市职权范围，建议提交审定。"
    merge_opinion: str = "两件提案所提为同一件事，一并办理。"
    withdraw_reason: str = "有关部门已出台办法，提案所提事项不必再办。"
    transfer_opinion: str = "所提意见有参考价值，但不属于提案受理范围，已转有关单位研究。"
    send_back_comment: str = "第二部分缺少完成时间，请补充后再送。"
    unpublish_reason: str = "文中数据有误，更正后重新公开。"
    open_to_cosigning: bool = False
    withhold_reason: str = "答复写有驻园企业的经营情况，企业不同意公开。"
    publicity_reason: str = ""
    elsewhere: str = ""  # code of the bureau the lead would rather see it with
    talk: Spoken | None = field(default_factory=Spoken)


@dataclass(frozen=True)
class Helper:
    """A co-handler and how far its clerk has come; ``leader`` signs the opinion. ``under``: the place (from 1) of the
    lead's top section that its opinion is put under; 0 puts it at the end."""

    bureau: Bureau
    clerk: User
    heading: str = ""
    opinion: str = ""
    under: int = 0
    accepts: bool = True
    writes: bool = True
    signs: bool = True
    leader: User | None = None


@dataclass(frozen=True)
class Cast:
    """Who acts in a case. ``filer`` types the proposal: a contact of the proposer, or committee staff."""

    filer: User
    proposers: tuple[Proposer, ...]
    contact: User
    committee: User
    office: User
    lead: Bureau
    clerk: User
    reviewer: User
    leader: User
    helpers: tuple[Helper, ...] = ()


@dataclass(frozen=True)
class ChosenDates:
    """Dates the office sets by hand instead of those of the rules, with its reason; None keeps the rule's."""

    reply_due: date | None = None
    opinion_due: date | None = None
    reason: str = ""
