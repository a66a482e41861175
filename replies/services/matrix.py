"""Writing the answer matrix of a draft, line by line, so that two people never overwrite each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.db.models import F

from panjin_portal.lib.clock import today
from panjin_portal.lib.text import has_control_characters
from proposals.errors import InvalidInput
from proposals.models import ResultClass, User
from proposals.services.locking import fresh, insist, lock_proposal
from replies.answer_matrix import WHOLE
from replies.models import MatrixRow, Reply
from replies.permissions import can
from replies.queries import active_assignments

LONGEST = {"outcome": 200, "promise": 300, "promise_phase": 60, "no_promise_reason": 300, "explanation": 300}
LABELS = {
    "outcome": "办理情况",
    "promise": "承诺",
    "promise_phase": "完成阶段",
    "no_promise_reason": "没有承诺的理由",
    "explanation": "未回应的说明",
}


@dataclass(frozen=True)
class LineText:
    """What can be written in one line."""

    result_class_id: int | None = None
    outcome: str = ""
    bureau_id: int | None = None
    promise: str = ""
    promise_due: date | None = None
    promise_phase: str = ""
    no_promise_reason: str = ""
    explanation: str = ""

    def as_text(self) -> str:
        """Labelled lines, for comparing two versions."""
        lines = [f"{label}：{getattr(self, name)}" for name, label in LABELS.items() if getattr(self, name)]
        return "\n".join([*lines, f"完成日期：{self.promise_due}"] if self.promise_due else lines)


@dataclass(frozen=True)
class Clash:
    """A line somebody else saved meanwhile: it was not stored; ``theirs`` stands at ``version``."""

    mine: LineText
    theirs: LineText
    version: int


@dataclass(frozen=True)
class SavedMatrix:
    """How many lines were stored, and those that met a conflict, by ask."""

    stored: int = 0
    clashes: Mapping[int, Clash] = field(default_factory=dict)


def line_text(row: MatrixRow | None) -> LineText:
    """A line as it is stored; empty where nobody has written yet."""
    return LineText(**{name: getattr(row, name) for name in LineText.__dataclass_fields__}) if row else LineText()


@transaction.atomic
def save_matrix(actor: User, *, reply: Reply, lines: Mapping[int, tuple[int, LineText]]) -> SavedMatrix:
    """Store the lines (by ask, ``WHOLE`` for the whole case; each with the version it was read at) that changed.

    Only clerks of the bureau, only while the reply is a draft (NotAllowed, WrongStage). InvalidInput names fields as
    ``a12-promise``; then nothing is stored. A line saved by somebody else after its version is given back.
    """
    proposal = lock_proposal(reply.proposal_id)
    reply = Reply.objects.select_related("proposal__session").get(pk=reply.pk)
    insist(can(fresh(actor), "draft", reply))
    known = set(proposal.asks.values_list("pk", flat=True)) or {WHOLE}
    kept = {row.ask_id or WHOLE: row for row in MatrixRow.objects.filter(reply=reply)}
    changed = {
        ask: (version, text)
        for ask, (version, text) in lines.items()
        if ask in known and text != line_text(kept.get(ask))
    }
    if changed:
        _validate(reply, {ask: text for ask, (_, text) in changed.items()})
    clashes: dict[int, Clash] = {}
    for ask, (version, text) in changed.items():
        row = kept.get(ask)
        if row is None:
            MatrixRow.objects.create(reply=reply, ask_id=ask or None, **vars(text))
        elif row.version != version:
            clashes[ask] = Clash(text, line_text(row), row.version)
        else:
            MatrixRow.objects.filter(pk=row.pk).update(version=F("version") + 1, **vars(text))
    return SavedMatrix(len(changed) - len(clashes), clashes)


def copy_matrix(old: Reply, new: Reply) -> None:
    """The lines of one reply as the beginning of another's of the same case."""
    MatrixRow.objects.bulk_create(
        MatrixRow(reply=new, ask_id=row.ask_id, **vars(line_text(row))) for row in old.matrix_rows.all()
    )


def _validate(reply: Reply, texts: Mapping[int, LineText]) -> None:
    classes = set(
        ResultClass.objects.filter(scheme=reply.proposal.session.result_scheme_id).values_list("pk", flat=True)
    )
    bureaus = {reply.bureau_id, *(row.bureau_id for row in active_assignments(reply.proposal_id))}
    errors: dict[str, str] = {}
    for ask, text in texts.items():
        for name, most in LONGEST.items():
            value = getattr(text, name)
            if has_control_characters(value):
                errors[f"a{ask}-{name}"] = f"{LABELS[name]}里有看不见的控制字符，请删去。"
            elif len(value) > most:
                errors[f"a{ask}-{name}"] = f"{LABELS[name]}最多{most}字，现在是{len(value)}字。"
        if text.result_class_id and text.result_class_id not in classes:
            errors[f"a{ask}-result_class"] = "办理结果类别不在本届的分类方案里。"
        if text.bureau_id and text.bureau_id not in bureaus:
            errors[f"a{ask}-bureau"] = "责任单位应是办理这件提案的单位。"
        if text.promise and not (text.promise_due or text.promise_phase):
            errors[f"a{ask}-promise_due"] = "写了承诺，请写明完成日期或完成阶段。"
        elif not text.promise and (text.promise_due or text.promise_phase):
            errors[f"a{ask}-promise"] = "写了完成日期或阶段，请写明承诺的内容。"
        elif text.promise_due and text.promise_due <= today():
            errors[f"a{ask}-promise_due"] = "承诺的完成日期应在今天以后。"
    if errors:
        raise InvalidInput(errors)
