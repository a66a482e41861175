"""What a bureau may ask the supervision office about its assignment, as data: states and transitions. Pure."""

from __future__ import annotations

from proposals.workflow import LabelledState, Workflow, row


class RequestState(LabelledState):
    """Where a request stands."""

    PENDING = "pending", "待决定"
    GRANTED = "granted", "已同意"
    ADJUSTED = "adjusted", "已调整"
    REFUSED = "refused", "未同意"
    TAKEN_BACK = "taken_back", "已撤回"
    LAPSED = "lapsed", "已失效"


_R = RequestState

REQUEST = Workflow(
    name="申请",
    initial=frozenset({_R.PENDING}),
    final=frozenset({_R.GRANTED, _R.ADJUSTED, _R.REFUSED, _R.TAKEN_BACK, _R.LAPSED}),
    states=tuple(_R),
    transitions=(
        row(
            "grant",
            "同意",
            [_R.PENDING],
            _R.GRANTED,
            ["office_staff"],
            "同意增办的，新单位得到会办任务；同意改办的，由新单位承办；同意延期的，期限按批准的日期调整。",
        ),
        row(
            "adjust",
            "调整主办",
            [_R.PENDING],
            _R.ADJUSTED,
            ["office_staff"],
            "另定主办单位，申请的单位改为会办，两家都重新签收。",
        ),
        row("refuse", "不同意", [_R.PENDING], _R.REFUSED, ["office_staff"], "理由告知申请的单位，仍由其办理。"),
        row(
            "take_back",
            "撤回申请",
            [_R.PENDING],
            _R.TAKEN_BACK,
            ["clerk", "leader"],
            "撤回后这项申请不再决定；申请改办的，请接着签收。",
        ),
        row("lapse", "失效", [_R.PENDING], _R.LAPSED, [], "交办已经办结或撤销，不再决定。"),
    ),
)
