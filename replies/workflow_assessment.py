"""The sheet on which bureaus are assessed, as data: open while the office fills it, then frozen."""

from __future__ import annotations

from proposals.workflow import LabelledState, Workflow, row


class SheetState(LabelledState):
    """Where the sheet of a session stands."""

    OPEN = "open", "填写中"
    PUBLISHED = "published", "已公布"


_S = SheetState

ASSESSMENT = Workflow(
    name="承办单位考核",
    initial=frozenset({_S.OPEN}),
    final=frozenset({_S.PUBLISHED}),
    states=tuple(_S),
    transitions=(
        row(
            "open_assessment",
            "开始考核",
            [_S.OPEN],
            None,
            ["office_staff"],
            "按本届的考核项目列出各承办单位的数字，随办理情况变化；公布以前只有督查室看得到。",
        ),
        row(
            "score_assessment",
            "打分",
            [_S.OPEN],
            None,
            ["office_staff"],
            "分数和理由记入考核表，公布后承办单位看得到。",
            ("score", "reason"),
        ),
        row(
            "publish_assessment",
            "公布考核表",
            [_S.OPEN],
            _S.PUBLISHED,
            ["office_staff"],
            "数字和分数固定下来，不能再改；各承办单位看得到自己的得分和名次，提案委看得到全部。",
        ),
    ),
)
