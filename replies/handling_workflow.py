"""States, actions and transitions around a reply on its way: changes wanted at 会签, records of talks, as data."""

from __future__ import annotations

from proposals.workflow import LabelledState, Workflow, row

BUREAU_ROLES = ("clerk", "reviewer", "leader")


class ChangeState(LabelledState):
    """What became of a change that a co-handler wants."""

    WAITING = "waiting", "待处理"
    ACCEPTED = "accepted", "已采用"
    REFUSED = "refused", "未采用"
    LAPSED = "lapsed", "随稿退回"


class SideState(LabelledState):
    """What one proposer has said to the record of a consultation."""

    WAITING = "waiting", "待核对"
    CONFIRMED = "confirmed", "情况属实"
    CORRECTED = "corrected", "另有说明"


_G = ChangeState
LEAD_ROLES = ("clerk", "reviewer")

CHANGE = Workflow(
    name="会签修改",
    initial=frozenset({_G.WAITING}),
    final=frozenset({_G.ACCEPTED, _G.REFUSED, _G.LAPSED}),
    states=tuple(_G),
    transitions=(
        row(
            "accept_change",
            "采用",
            [_G.WAITING],
            _G.ACCEPTED,
            LEAD_ROLES,
            "这一段换成会办单位的文字；此前已会签的其他单位须再次会签。原文留在历次文本里。",
            ("answer",),
        ),
        row(
            "refuse_change",
            "不采用",
            [_G.WAITING],
            _G.REFUSED,
            LEAD_ROLES,
            "正文不变，会办单位看到您的理由后再次会签。",
            ("answer",),
        ),
        row("lapse_change", "随稿退回", [_G.WAITING], _G.LAPSED, [], "答复稿退回修改时，由系统记下。"),
    ),
)

_T = SideState

CONSULTATION = Workflow(
    name="沟通记录",
    initial=frozenset({_T.WAITING}),
    final=frozenset({_T.CONFIRMED, _T.CORRECTED}),
    states=tuple(_T),
    transitions=(
        row(
            "record_consultation",
            "记录沟通",
            [_T.WAITING],
            None,
            BUREAU_ROLES,
            "记录存入后不能改掉，只能由记录人另存更正；提案者会收到通知，可以核对或另作说明，两份文字都保留。",
            ("phase", "method", "held_on", "people", "content", "attachments"),
        ),
        row(
            "amend_consultation",
            "更正",
            [_T.WAITING, _T.CONFIRMED, _T.CORRECTED],
            None,
            BUREAU_ROLES,
            "另存一份更正的记录，原来的记录和提案者当时的说明都保留；提案者会收到通知，重新核对。",
            ("phase", "method", "held_on", "people", "content", "attachments"),
        ),
        row(
            "confirm_consultation",
            "情况属实",
            [_T.WAITING],
            _T.CONFIRMED,
            ["proposer"],
            "承办单位和督查室会看到您已核对无误。",
        ),
        row(
            "correct_consultation",
            "另作说明",
            [_T.WAITING],
            _T.CORRECTED,
            ["proposer"],
            "您的说明与承办单位的记录并列保存，都不能再改。",
            ("text",),
        ),
    ),
)
