"""What must hold of two answers, whoever came first."""

from __future__ import annotations

import re

from tests.races.people import Answer

REFUSALS = {400, 403, 409}
ROUNDS = 6


def one_wins(answers: tuple[Answer, ...]) -> Answer:
    """Exactly one deed was done; gives the other answer, which is a page in Chinese that says why."""
    nothing_broke(answers)
    done = [answer for answer in answers if answer.is_done]
    lost = [answer for answer in answers if not answer.is_done]
    assert len(done) == len(lost) == 1, [answer.status for answer in answers]
    assert lost[0].status in REFUSALS
    assert reason_on(lost[0])
    return lost[0]


def nothing_broke(answers: tuple[Answer, ...]) -> None:
    """No exception, no 500: each answer is a deed done or a refusal."""
    for answer in answers:
        assert not answer.fault, answer.fault
        assert answer.is_done or answer.status in REFUSALS, answer.status


def reason_on(answer: Answer) -> str:
    """The sentences of the page, without its markup."""
    main = answer.html.partition("<main")[2] or answer.html
    return " ".join(re.findall(r"[\u4e00-\u9fff][^<>\n]{5,}", main))
