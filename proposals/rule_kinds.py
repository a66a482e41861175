"""What a session has time limits for, and what each is counted from (DOMAIN 1.8, 1.9). Pure.

Most kinds start a clock of their own (``DeadlineKind``); two only bound what may be asked: until when re-assignment,
and how far an extension may reach.
"""

from __future__ import annotations

RETURN_WINDOW, EXTENSION_LIMIT = "return", "extension"

# Kind, its Chinese name, what its days are counted from, in the order of a case.
_KINDS = (
    ("cosign", "联名答复", "发出联名邀请之日；提案改动后重新确认的，自改动之日"),
    ("receipt", "签收", "交办之日；申请改办未获同意或撤回的，自该日起重新计算"),
    (RETURN_WINDOW, "申请改办", "交办之日；申请未获同意的，自该日起"),
    ("reply", "答复", "交办之日"),
    ("opinion", "会办意见", "交办之日，不晚于答复截止日"),
    (EXTENSION_LIMIT, "延期上限", "原截止日，或起算日（由“延期上限的算法”定）"),
    ("feedback", "征询意见反馈", "答复送出之日"),
    ("publication", "答复公开", "答复送出之日"),
    ("redo", "重新办理", "评价要求重新办理之日"),
    ("promise", "承诺落实", "答复送出之日，用于只说明阶段、没有写明日期的承诺；写明日期的以该日期为准"),
    ("slip", "督办单", "发出督办单之日；退回重报的，自退回之日"),
)
RULE_KINDS = [(code, label) for code, label, _ in _KINDS]
START_EVENTS = {code: start for code, _, start in _KINDS}
# What only bounds a request: no deadline is opened by it.
BOUNDS = frozenset({RETURN_WINDOW, EXTENSION_LIMIT})


def start_event(kind: str) -> str:
    """From when the days of ``kind`` are counted; empty for a kind nobody knows."""
    return START_EVENTS.get(kind, "")


def label_of(kind: str) -> str:
    """How a sentence about a day begins: ``答复期限``."""
    name = dict(RULE_KINDS).get(kind, "")
    return name if kind == EXTENSION_LIMIT else f"{name}期限"
