"""States, actions and transitions of uploaded pages of published replies, as data."""

from __future__ import annotations

from proposals.workflow import LabelledState, Workflow, row


class ImportState(LabelledState):
    """Where one uploaded file of a published reply stands."""

    WAITING = "waiting", "等待读取"
    READING = "reading", "正在读取"
    READ = "read", "已读取"
    REFUSED = "refused", "拒绝"
    DUPLICATE = "duplicate", "已有"
    STORED = "stored", "已存入"
    DROPPED = "dropped", "已删除"


_I = ImportState
IMPORT_ROLES = ("committee_staff", "office_staff")

IMPORT = Workflow(
    name="导入文件",
    initial=frozenset({_I.WAITING, _I.REFUSED, _I.DUPLICATE}),
    final=frozenset({_I.STORED, _I.DROPPED}),
    states=tuple(_I),
    transitions=(
        row("start_reading", "开始读取", [_I.WAITING, _I.READING], _I.READING, [], "由后台执行。"),
        row("finish_reading", "读取完成", [_I.READING], _I.READ, [], "由后台执行。"),
        row("refuse_file", "拒绝", [_I.READING], _I.REFUSED, [], "由后台执行。"),
        row("recognise_file", "认出已有", [_I.READING, _I.READ], _I.DUPLICATE, [], "由系统执行。"),
        row(
            "correct_item",
            "更正",
            [_I.READ],
            None,
            IMPORT_ROLES,
            "只改读出的内容，源文件不变；存入之前可以继续改。",
        ),
        row(
            "store_item",
            "存入",
            [_I.READ],
            _I.STORED,
            IMPORT_ROLES,
            "建立一件“已导入”的提案，没有办理流程，也没有期限；随后对照原件核对。",
        ),
        row(
            "drop_item",
            "删除",
            [_I.WAITING, _I.READ, _I.REFUSED, _I.DUPLICATE],
            _I.DROPPED,
            IMPORT_ROLES,
            "从这一批里删除，不存入；需要时可以重新上传。",
        ),
    ),
)
