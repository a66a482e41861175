"""What follows an issued reply, as data: promises, second answers, redo. Joined into ``replies.workflow.ALL``."""

from __future__ import annotations

from proposals.workflow import Workflow, row
from replies.workflow import BUREAU_ROLES, FollowUpState, PromiseState, RedoState

_P = PromiseState
RUNNING_PROMISES = (_P.OPEN, _P.CARRIED_OVER)

PROMISE = Workflow(
    name="承诺",
    initial=frozenset({_P.OPEN, _P.WAITING}),
    final=frozenset({_P.KEPT, _P.GIVEN_UP}),
    states=tuple(_P),
    transitions=(
        row(
            "keep_promise",
            "登记兑现",
            [*RUNNING_PROMISES],
            _P.KEPT,
            ["clerk"],
            "承诺记为已兑现，期限停止；跟踪答复送本单位领导签发，签发后送达提案者。",
            ("evidence", "text"),
        ),
        row(
            "carry_over_promise",
            "结转",
            [*RUNNING_PROMISES],
            _P.CARRIED_OVER,
            ["clerk"],
            "承诺改到新的日期，督查室和提案者可以看到理由。",
            ("due_on", "reason"),
        ),
        row(
            "give_up_promise",
            "不再办理",
            [*RUNNING_PROMISES],
            _P.GIVEN_UP,
            ["clerk"],
            "承诺不再办理，期限停止；向提案者说明的跟踪答复送本单位领导签发。",
            ("reason", "text"),
        ),
        row(
            "reopen_promise",
            "条件成熟，重新办理",
            [_P.WAITING, _P.GIVEN_UP],
            _P.OPEN,
            ["clerk", "office_staff"],
            "重新列入台账办理，新的期限开始计算，责任单位和提案者会收到通知。",
            ("due_on", "text", "reason"),
        ),
        row(
            "check_promise",
            "回头看",
            [*RUNNING_PROMISES, _P.WAITING],
            None,
            ["committee_staff", "office_staff", "clerk"],
            "登记一次回头看的情况，状态和期限不变。",
            ("checked_on", "finding", "text"),
        ),
    ),
)

_F = FollowUpState

FOLLOW_UP = Workflow(
    name="跟踪答复",
    initial=frozenset({_F.SIGNING}),
    final=frozenset({_F.ISSUED}),
    states=tuple(_F),
    transitions=(
        row(
            "resubmit_follow_up",
            "改好再送签发",
            [_F.DRAFTING],
            _F.SIGNING,
            ["clerk"],
            "改好的跟踪答复送本单位领导签发。",
            ("text",),
        ),
        row(
            "sign_follow_up",
            "签发跟踪答复",
            [_F.SIGNING],
            _F.ISSUED,
            ["leader"],
            "签发后编发文字号，立即送达提案者，正文不能再改。",
        ),
        row(
            "return_follow_up",
            "退回修改",
            [_F.SIGNING],
            _F.DRAFTING,
            ["leader"],
            "退回经办人修改，并附上您的意见。",
            ("comment",),
        ),
    ),
)

_D = RedoState

REDO = Workflow(
    name="重新办理",
    initial=frozenset({_D.OPEN, _D.MEETING}),
    final=frozenset({_D.DONE, _D.MET}),
    states=tuple(_D),
    transitions=(
        row(
            "start_redo",
            "重新办理",
            [_D.OPEN],
            _D.AT_WORK,
            ["clerk"],
            "以上一次答复为底稿建立一份新稿，重新核稿、会签、签发；上一次答复保留。",
        ),
        row("finish_redo", "再次答复", [_D.AT_WORK], _D.DONE, BUREAU_ROLES, "新的答复印发后由系统记录。"),
        row(
            "record_meeting",
            "记录会商",
            [_D.MEETING],
            _D.MET,
            ["office_staff"],
            "会商情况和结果记入提案，提案者和承办单位可以看到；这件提案不再重新办理。",
            ("met_on", "place", "people", "record", "outcome"),
        ),
    ),
)

ALL = (PROMISE, FOLLOW_UP, REDO)
