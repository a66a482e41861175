"""How far a batch is, in the words of its kind: one total that stands still, and the step by its name."""

from __future__ import annotations

from replies.models import Bundle
from replies.workflow import DocumentState


def how_far(bundle: Bundle) -> str:
    """One line. A package counts files (份); a book counts its cases (件) twice, when they are read and when they are
    set, each time out of all that were chosen."""
    if bundle.state == DocumentState.QUEUED and not bundle.done:
        return "排队等待制作"
    if bundle.kind == Bundle.Kind.LETTERS:
        is_made = bundle.done >= bundle.total
        return f"装入压缩包：共 {bundle.total} 份文件" if is_made else f"制作中：{bundle.done} / {bundle.total} 份文件"
    passes = len(bundle.formats)
    cases = bundle.total // (1 + passes)
    if bundle.done < cases:
        return f"第 1 步（共 2 步）汇集提案：{bundle.done} / {cases} 件"
    return f"第 2 步（共 2 步）排版成册：{(bundle.done - cases) // passes} / {cases} 件"
