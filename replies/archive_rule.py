"""When a case is closed, so that it can be archived (DOMAIN 5.3: filed after it is finished). Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from proposals.deadlines import shown_day
from proposals.workflow import ProposalState

# Ended before any bureau was asked: nothing can be owed.
ENDED_EARLY = (ProposalState.REJECTED, ProposalState.SUGGESTION, ProposalState.OPINION, ProposalState.WITHDRAWN)
ENDED = (ProposalState.ANSWERED, ProposalState.IMPORTED, *ENDED_EARLY)


@dataclass(frozen=True)
class RunningClock:
    """A deadline that is neither met nor dropped. ``is_rating``: the proposer's term for his rating;
    ``is_publication``: the bureau's for publishing its reply."""

    what: str
    whose: str
    due_on: date
    is_rating: bool = False
    is_publication: bool = False
    is_provisional: bool = False

    @property
    def shown_due(self) -> str:
        """The day as text, with 暂定 while it may still move."""
        return shown_day(self.due_on, provisional=self.is_provisional)


@dataclass(frozen=True)
class CaseFacts:
    """What decides whether a case is closed. The numbers count what is not finished."""

    stage: ProposalState
    clocks: tuple[RunningClock, ...] = ()
    replies: int = 0
    redos: int = 0
    promises: int = 0
    second_answers: int = 0
    publications: int = 0
    files: int = 0
    slips: int = 0


def what_is_open(facts: CaseFacts, day: date) -> tuple[str, ...]:
    """Why the case cannot be archived on ``day``, in Chinese, one sentence each, with who ends it; empty when it is
    closed.

    Closed: answered (or ended without an answer), each proposer has rated or his term has passed, and nobody owes
    anything any more.
    """
    if facts.stage is ProposalState.MERGED:
        return ("并入的提案随主提案归档，请在主提案的页面上归档。",)
    if facts.stage not in ENDED:
        return (f"提案现在是“{facts.stage.label}”，办结以后才能归档。",)
    return tuple(_open(facts, day))


def _open(facts: CaseFacts, day: date) -> Iterator[str]:
    counted = (
        (facts.replies, "份答复还没有印发或确认（由承办单位办理）"),
        (facts.redos, "次重新办理或会商还没有办结（重新办理由承办单位、会商由督查室）"),
        (facts.promises, "项承诺还没有兑现或办结（由责任单位经办人登记结果）"),
        (facts.second_answers, "份跟踪答复还没有签发（由责任单位领导签发）"),
        (facts.publications, "份公开文本还在准备或审查（由答复单位办完公开审查）"),
        (facts.slips, "份督办单还没有办结（由承办单位报送、督查室审核）"),
        (facts.files, "个文件还没有生成（由系统生成，请稍后再试）"),
    )
    for number, words in counted:
        if number:
            yield f"有{number}{words}。"
    for clock in facts.clocks:
        if clock.is_rating and clock.due_on >= day:
            yield f"{clock.whose}还没有评价，评价期限到{clock.shown_due}。"
        elif clock.is_publication:
            yield (
                f"{clock.whose}的答复还没有公开（公开期限{clock.shown_due}）：由{clock.whose}的经办人准备公开，"
                "经审查公布；不宜公开的，由该单位领导决定不予公开。"
            )
        elif not clock.is_rating:
            yield f"{clock.whose}的{clock.what}（截止日{clock.shown_due}）还没有办结。"
