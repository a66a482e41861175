"""汇编与打包 as data: from the queue to the files."""

from __future__ import annotations

from proposals.workflow import Workflow, row
from replies.workflow import DocumentState

COLLECTORS = ("committee_staff", "office_staff", "clerk", "reviewer", "leader")
_D = DocumentState

BUNDLE = Workflow(
    name="汇编与打包",
    initial=frozenset({_D.QUEUED}),
    final=frozenset({_D.READY, _D.FAILED}),
    states=tuple(_D),
    transitions=(
        row("start_bundle", "开始制作", [_D.QUEUED, _D.RUNNING], _D.RUNNING, [], "由后台执行。"),
        row("pause_bundle", "让出队列", [_D.RUNNING], _D.QUEUED, [], "由后台执行：做得久的先让别人，接着再做。"),
        row("finish_bundle", "制作完成", [_D.RUNNING], _D.READY, [], "由后台执行。"),
        row("fail_bundle", "没有做成", [_D.RUNNING], _D.FAILED, [], "由后台执行。"),
        row("retry_bundle", "重新制作", [_D.FAILED], _D.QUEUED, COLLECTORS, "重新排队；已经做好的部分不再做。"),
        row(
            "delete_bundle",
            "删除",
            tuple(_D),
            None,
            COLLECTORS,
            "这项和它的文件一起删除，不能恢复；没有做完的不再做。提案和答复都不受影响。",
        ),
    ),
)

ALL = (BUNDLE,)
