"""Archiving as data: a case on or off the shelf, and the package that is made of it."""

from __future__ import annotations

from proposals.workflow import LabelledState, Workflow, row
from replies.workflow import DocumentState

ARCHIVISTS = ("office_staff", "committee_staff")


class ShelfState(LabelledState):
    """Whether a closed case is read-only. Kept as ``Proposal.archived_at``."""

    OPEN = "open", "未归档"
    ARCHIVED = "archived", "已归档"


_S, _D = ShelfState, DocumentState

SHELF = Workflow(
    name="归档",
    initial=frozenset({_S.OPEN}),
    final=frozenset({_S.ARCHIVED}),
    states=tuple(_S),
    transitions=(
        row(
            "archive",
            "归档",
            [_S.OPEN],
            _S.ARCHIVED,
            ARCHIVISTS,
            "提案连同并入的提案从此只能查看，谁也不能再改；系统把全部文件、附件和办理记录制成一个归档包。",
        ),
        row(
            "reopen_archive",
            "重新打开归档",
            [_S.ARCHIVED],
            _S.OPEN,
            ARCHIVISTS,
            "提案恢复为可以办理；原来的归档包保留，以后再归档时另制一个，编号顺延。",
            ("reason",),
        ),
    ),
)

PACKAGE = Workflow(
    name="归档包",
    initial=frozenset({_D.QUEUED}),
    final=frozenset({_D.READY, _D.FAILED}),
    states=tuple(_D),
    transitions=(
        row("start_package", "开始制作", [_D.QUEUED, _D.RUNNING], _D.RUNNING, [], "由后台执行。"),
        row("finish_package", "制作完成", [_D.RUNNING], _D.READY, [], "由后台执行。"),
        row("fail_package", "没有制成", [_D.QUEUED, _D.RUNNING], _D.FAILED, [], "由后台执行，或归档重新打开时停止。"),
        row("retry_package", "重新制作", [_D.FAILED], _D.QUEUED, ARCHIVISTS, "归档包重新排队制作。"),
    ),
)

ALL = (SHELF, PACKAGE)
