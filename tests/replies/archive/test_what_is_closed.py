"""The rule: answered, rated or out of time, nothing owed."""

from __future__ import annotations

from datetime import date

import pytest

from proposals.workflow import ProposalState
from replies.archive_rule import CaseFacts, RunningClock, what_is_open

DAY = date(2022, 10, 10)
ANSWERED = ProposalState.ANSWERED


@pytest.mark.parametrize("stage", ["answered", "imported", "rejected", "suggestion", "public_opinion", "withdrawn"])
def test_what_has_ended_and_owes_nothing_is_closed(stage: str) -> None:
    assert what_is_open(CaseFacts(ProposalState(stage)), DAY) == ()


@pytest.mark.parametrize("stage", ["draft", "submitted", "returned", "registered", "assigned", "suspended", "merged"])
def test_what_goes_on_is_not_closed(stage: str) -> None:
    (reason,) = what_is_open(CaseFacts(ProposalState(stage)), DAY)
    assert "归档" in reason


def test_a_rating_is_waited_for_until_its_day() -> None:
    clock = RunningClock("征询意见反馈", "民建盘锦市委员会", DAY, is_rating=True)
    (reason,) = what_is_open(CaseFacts(ANSWERED, clocks=(clock,)), DAY)
    assert "民建盘锦市委员会还没有评价" in reason
    assert what_is_open(CaseFacts(ANSWERED, clocks=(clock,)), date(2022, 10, 11)) == ()


def test_whatever_is_owed_is_named_however_late() -> None:
    clock = RunningClock("答复公开", "市司法局", date(2022, 9, 1))
    facts = CaseFacts(ANSWERED, clocks=(clock,), replies=1, redos=1, promises=2, second_answers=1, publications=1)
    reasons = what_is_open(facts, DAY)
    assert len(reasons) == 6
    assert "有2项承诺还没有兑现或办结（由责任单位经办人登记结果）。" in reasons
    assert "市司法局的答复公开（截止日2022-09-01）还没有办结。" in reasons


def test_a_reply_that_is_not_public_says_who_publishes_it_or_decides_not_to() -> None:
    clock = RunningClock("答复公开", "市司法局", date(2022, 9, 1), is_publication=True)
    (reason,) = what_is_open(CaseFacts(ANSWERED, clocks=(clock,)), DAY)
    for words in ("市司法局的答复还没有公开（公开期限2022-09-01）", "由市司法局的经办人准备公开", "领导决定不予公开"):
        assert words in reason
