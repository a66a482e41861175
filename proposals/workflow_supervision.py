"""Supervision slips (督办单) as data: states and transitions. Pure."""

from __future__ import annotations

from proposals.workflow import LabelledState, Workflow, row


class SlipState(LabelledState):
    """Where a slip stands."""

    ISSUED = "issued", "待报送"
    ANSWERED = "answered", "待审核"
    SENT_BACK = "sent_back", "退回重报"
    ACCEPTED = "accepted", "已办结"
    WITHDRAWN = "withdrawn", "已撤回"


_S = SlipState
OPEN_SLIPS = (_S.ISSUED, _S.ANSWERED, _S.SENT_BACK)
OWED_SLIPS = (_S.ISSUED, _S.SENT_BACK)

SLIP = Workflow(
    name="督办单",
    initial=frozenset({_S.ISSUED}),
    final=frozenset({_S.ACCEPTED, _S.WITHDRAWN}),
    states=tuple(_S),
    transitions=(
        row("write_slip_answer", "写办理情况", [*OWED_SLIPS], None, ["clerk"], "保存后是草稿，报送后督查室才能看到。"),
        row(
            "answer_slip",
            "报送办理情况",
            [*OWED_SLIPS],
            _S.ANSWERED,
            ["clerk"],
            "办理情况和附件报送市政府督查室审核，报送后不能再改；督办单的期限停止。",
            ("text",),
        ),
        row(
            "accept_slip",
            "同意办结",
            [_S.ANSWERED],
            _S.ACCEPTED,
            ["office_staff"],
            "督办单办结，承办单位会收到通知。",
            ("opinion",),
        ),
        row(
            "return_slip",
            "退回重报",
            [_S.ANSWERED],
            _S.SENT_BACK,
            ["office_staff"],
            "承办单位按您的意见重新报送，新的期限开始计算；这次报送的文字保留。",
            ("opinion", "due_on"),
        ),
        row(
            "withdraw_slip",
            "撤回督办单",
            [*OPEN_SLIPS],
            _S.WITHDRAWN,
            ["office_staff"],
            "督办单不再办理，期限停止，编号不再使用；理由告知承办单位。",
            ("reason",),
        ),
    ),
)
