"""How a session's awards come about, as data: nominations, ballots, the decision of the committee, the public names."""

from __future__ import annotations

from proposals.workflow import LabelledState, Workflow, row


class AwardState(LabelledState):
    """Where one award of one session stands."""

    NOMINATING = "nominating", "推荐中"
    JUDGING = "judging", "评议中"
    DECIDED = "decided", "已审定"
    RELEASED = "released", "已公布"


_A = AwardState
COMMITTEE = ("committee_staff",)

AWARD = Workflow(
    name="评选",
    initial=frozenset({_A.NOMINATING}),
    final=frozenset({_A.RELEASED}),
    states=tuple(_A),
    transitions=(
        row(
            "open_award",
            "开始评选",
            [_A.NOMINATING],
            None,
            COMMITTEE,
            "按规则可以推荐的人会收到通知，在截止日以前推荐。",
            ("session", "rule", "seats", "nominate_until", "judge_until"),
        ),
        row(
            "nominate",
            "推荐",
            [_A.NOMINATING],
            None,
            ["proposer", "committee_staff", "office_staff"],
            "推荐交提案委；评委会看到推荐理由。",
            ("candidate", "reason"),
        ),
        row(
            "name_judges",
            "确定评委",
            [_A.NOMINATING, _A.JUDGING],
            None,
            COMMITTEE,
            "名单以外的评委不再参加，他们的票不计；评议开始时评委会收到通知。",
            ("judges",),
        ),
        row(
            "start_judging",
            "开始评议",
            [_A.NOMINATING],
            _A.JUDGING,
            COMMITTEE,
            "推荐结束，评委收到通知，在截止日以前投票或打分。",
        ),
        row(
            "cast_ballot",
            "投票",
            [_A.JUDGING],
            None,
            ["committee_staff", "office_staff", "clerk", "reviewer", "leader", "proposer"],
            "截止日以前可以修改；只有提案委看得到各项的得票，谁投了什么不显示。",
            ("votes",),
        ),
        row(
            "decide_award",
            "审定名单",
            [_A.JUDGING],
            _A.DECIDED,
            COMMITTEE,
            "评议结束，名单不能再改；入选的提案标为优秀提案，入选的单位和个人会收到通知。",
            ("winners", "note"),
        ),
        row(
            "release_award",
            "公布名单",
            [_A.DECIDED],
            _A.RELEASED,
            COMMITTEE,
            "入选名单立即向社会公布，只有名称，没有推荐理由和得票。",
        ),
    ),
)
