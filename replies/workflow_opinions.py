"""States, actions and transitions of a co-handler's opinion, as data."""

from __future__ import annotations

from proposals.workflow import LabelledState, Workflow, row


class OpinionState(LabelledState):
    """Where a co-handler's opinion stands."""

    DRAFTING = "drafting", "起草"
    SIGNING = "signing", "待签发"
    SUBMITTED = "submitted", "已送主办"
    ENDED = "ended", "已终止"


_O = OpinionState

OPINION = Workflow(
    name="会办意见",
    initial=frozenset({_O.DRAFTING}),
    final=frozenset({_O.SUBMITTED, _O.ENDED}),
    states=tuple(_O),
    transitions=(
        row("write_opinion", "写会办意见", [_O.DRAFTING], None, ["clerk"], "保存后仍是草稿。"),
        row(
            "submit_opinion",
            "送出会办意见",
            [_O.DRAFTING],
            _O.SIGNING,
            ["clerk"],
            "会办意见将送本单位领导签发，签发后送主办单位；签发前可以撤回再改。",
        ),
        row(
            "sign_opinion",
            "签发会办意见",
            [_O.SIGNING],
            _O.SUBMITTED,
            ["leader"],
            "会办意见将编发文字号并送主办单位，送出后不能再改；会办意见的期限就此办结。",
        ),
        row(
            "return_opinion",
            "退回修改",
            [_O.SIGNING],
            _O.DRAFTING,
            ["leader"],
            "会办意见将退回本单位经办人修改，文字保留，并附上您的意见。",
            ("comment",),
        ),
        row(
            "withdraw_opinion",
            "撤回修改",
            [_O.SIGNING],
            _O.DRAFTING,
            ["clerk"],
            "会办意见从领导处撤回，文字保留，改好后须重新送签发。",
        ),
        row(
            "hand_opinion_over",
            "不须签发",
            [_O.SIGNING],
            _O.SUBMITTED,
            [],
            "本届规则不要求签发的，由系统直接送主办单位。",
        ),
        row(
            "end_opinion",
            "终止",
            [_O.SIGNING],
            _O.ENDED,
            [],
            "会办已经结束（撤销、改办、提案已答复），没有签发的会办意见不再签发；文字保留。",
        ),
        row(
            "take_over",
            "采用到答复稿",
            [_O.SUBMITTED],
            None,
            ["clerk"],
            "会办意见将作为新的段落放进答复稿，并注明来源单位。",
        ),
    ),
)
