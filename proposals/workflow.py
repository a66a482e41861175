"""States, actions and transitions of proposals and assignments, as data.

Pure: nothing here touches the database. Buttons, permission checks, event texts, the state diagram in
``docs/`` and the reachability test all read these tables. ``replies.workflow`` uses the same classes.
"""

from __future__ import annotations

from panjin_portal.lib.workflow import LabelledState as LabelledState
from panjin_portal.lib.workflow import Transition as Transition
from panjin_portal.lib.workflow import Workflow as Workflow
from panjin_portal.lib.workflow import faults as faults
from panjin_portal.lib.workflow import row as row


class ProposalState(LabelledState):
    """Where a proposal stands."""

    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待审查"
    RETURNED = "returned", "退回修改"
    REJECTED = "rejected", "不予立案"
    REGISTERED = "registered", "待交办"
    ASSIGNED = "assigned", "办理中"
    SUSPENDED = "suspended", "中止办理"
    ANSWERED = "answered", "已答复"
    MERGED = "merged", "已并案"
    SUGGESTION = "suggestion", "转为意见建议"
    OPINION = "public_opinion", "转社情民意"
    WITHDRAWN = "withdrawn", "已撤案"
    IMPORTED = "imported", "已导入"


class AssignmentState(LabelledState):
    """Where one bureau's share stands."""

    PENDING = "pending", "待签收"
    CONTESTED = "contested", "申请改办"
    ACCEPTED = "accepted", "办理中"
    DONE = "done", "已办结"
    WITHDRAWN = "withdrawn", "已撤销"


_P = ProposalState
_FILERS = ("committee_staff", "proposer")

PROPOSAL = Workflow(
    name="提案",
    initial=frozenset({_P.DRAFT, _P.IMPORTED}),
    final=frozenset(
        {_P.REJECTED, _P.ANSWERED, _P.MERGED, _P.SUGGESTION, _P.OPINION, _P.WITHDRAWN, _P.IMPORTED},
    ),
    states=tuple(_P),
    transitions=(
        row("edit", "修改", [_P.DRAFT, _P.RETURNED], None, _FILERS, "修改后仍是草稿，提交后提案委才能看到。"),
        row(
            "submit",
            "提交提案",
            [_P.DRAFT, _P.RETURNED],
            _P.SUBMITTED,
            _FILERS,
            "提案将提交给政协提案委审查，审查期间不能再修改。",
        ),
        row(
            "invite_cosigners",
            "邀请联名",
            [_P.DRAFT, _P.RETURNED],
            None,
            _FILERS,
            "受邀的委员能看到提案的文字，看不到别的；同意的，在提交提案时成为联名提案者。",
            ("members", "message", "date"),
        ),
        row(
            "join_cosigning",
            "附议",
            [_P.DRAFT, _P.RETURNED],
            None,
            ["proposer"],
            "发起人提交提案时，您成为联名提案者，会收到答复并作评价。此后文字再有改动，要请您重新确认。",
            ("opinion",),
        ),
        row(
            "register",
            "立案",
            [_P.SUBMITTED],
            _P.REGISTERED,
            ["committee_staff"],
            "提案将获得正式提案号并转市政府督查室交办。",
            ("opinion", "topic"),
        ),
        row(
            "return_for_revision",
            "退回修改",
            [_P.SUBMITTED],
            _P.RETURNED,
            ["committee_staff"],
            "提案将退回提案者，并附上您的修改意见。",
            ("opinion",),
        ),
        row(
            "reject",
            "不予立案",
            [_P.SUBMITTED],
            _P.REJECTED,
            ["committee_staff"],
            "提案不再办理，理由将告知提案者。",
            ("reason", "opinion"),
        ),
        row(
            "to_suggestion",
            "转为意见建议",
            [_P.SUBMITTED],
            _P.SUGGESTION,
            ["committee_staff"],
            "提案不立案，作为意见建议转有关单位研究参考，去向将告知提案者。",
            ("opinion",),
        ),
        row(
            "to_public_opinion",
            "转社情民意",
            [_P.SUBMITTED],
            _P.OPINION,
            ["committee_staff"],
            "提案不立案，转作社情民意信息，去向将告知提案者。",
            ("opinion",),
        ),
        row(
            "merge",
            "并案",
            [_P.SUBMITTED, _P.REGISTERED],
            _P.MERGED,
            ["committee_staff"],
            "这件提案并入主提案一并办理，不再单独交办；提案者仍会收到答复并作评价。",
            ("main", "opinion"),
        ),
        row(
            "undo_registration",
            "撤销立案",
            [_P.REGISTERED],
            _P.SUBMITTED,
            ["committee_staff"],
            "提案回到待审查，已编的提案号作废，不再使用。",
            ("opinion",),
        ),
        row(
            "undo_decision",
            "撤销结论",
            [_P.REJECTED, _P.SUGGESTION, _P.OPINION],
            _P.SUBMITTED,
            ["committee_staff"],
            "原来的结论不再有效，提案回到待审查，提案者会收到通知。",
            ("opinion",),
        ),
        row(
            "undo_merge",
            "撤销并案",
            [_P.MERGED],
            _P.SUBMITTED,
            ["committee_staff"],
            "提案不再随主提案办理，回到待审查；两件提案的提案者都会收到通知。",
            ("opinion",),
        ),
        row(
            "undo_merge_numbered",
            "撤销并案",
            [_P.MERGED],
            _P.REGISTERED,
            ["committee_staff"],
            "提案不再随主提案办理，带着原来的提案号回到待交办；两件提案的提案者都会收到通知。",
            ("opinion",),
        ),
        row(
            "withdraw_proposal",
            "撤案",
            [_P.SUBMITTED, _P.RETURNED, _P.REGISTERED],
            _P.WITHDRAWN,
            _FILERS,
            "提案不再办理，也不能恢复；已编的提案号作废，不再使用。政协提案委会收到通知。",
            ("reason",),
        ),
        row(
            "review_step",
            "记审查意见",
            [_P.SUBMITTED],
            None,
            ["committee_staff"],
            "意见记入审查环节，提案仍待审查；提案者看不到这一步的意见。",
            ("opinion",),
        ),
        row(
            "mark_key",
            "重点提案",
            [_P.REGISTERED, _P.ASSIGNED, _P.ANSWERED],
            None,
            ["committee_staff"],
            "提案列为重点提案，督办领导和督办形式写在提案页上，参与办理的人都能看到。",
            ("proposed_by", "leader", "form"),
        ),
        row(
            "mark_excellent",
            "优秀提案",
            [_P.REGISTERED, _P.ASSIGNED, _P.ANSWERED],
            None,
            ["committee_staff"],
            "提案标为优秀提案，提案者会收到通知。",
            ("proposed_by",),
        ),
        row(
            "assign",
            "交办",
            [_P.REGISTERED],
            _P.ASSIGNED,
            ["office_staff"],
            "提案将交给主办单位和会办单位，并开始计算期限。",
            ("bureaus", "dates"),
        ),
        row(
            "change_due_date",
            "调整期限",
            [_P.ASSIGNED],
            None,
            ["office_staff"],
            "相关单位将按新的日期收到提醒，调整理由记入办理记录。",
            ("date", "reason"),
        ),
        row(
            "suspend",
            "中止办理",
            [_P.ASSIGNED],
            _P.SUSPENDED,
            ["office_staff"],
            "签收、答复和会办意见的期限停止计算，不再提醒；恢复后按中止的天数顺延。",
            ("reason",),
        ),
        row(
            "resume",
            "恢复办理",
            [_P.SUSPENDED],
            _P.ASSIGNED,
            ["office_staff"],
            "期限按中止的天数顺延，重新开始提醒。",
            ("reason",),
        ),
        row(
            "answer",
            "印发答复",
            [_P.ASSIGNED],
            _P.ANSWERED,
            ["clerk"],
            "答复函送达提案者，提案转为已答复。",
        ),
    ),
)

_A = AssignmentState

ASSIGNMENT = Workflow(
    name="交办",
    initial=frozenset({_A.PENDING}),
    final=frozenset({_A.DONE, _A.WITHDRAWN}),
    states=tuple(_A),
    transitions=(
        row(
            "accept",
            "签收",
            [_A.PENDING],
            _A.ACCEPTED,
            ["clerk"],
            "签收后由本单位办理，期限按交办日起算。",
        ),
        row(
            "ask_return",
            "申请改办",
            [_A.PENDING],
            _A.CONTESTED,
            ["clerk", "leader"],
            "申请送市政府督查室决定；决定之前不能转给别的单位，答复期限照常计算。",
            ("reason", "evidence", "bureau"),
        ),
        row(
            "return_to_office",
            "改办",
            [_A.CONTESTED],
            _A.WITHDRAWN,
            ["office_staff"],
            "改由另一单位承办，期限重新计算；原单位不再承办，也不再收到通知。",
        ),
        row(
            "keep",
            "仍由本单位办理",
            [_A.CONTESTED],
            _A.PENDING,
            ["office_staff", "clerk", "leader"],
            "申请没有得到同意或已撤回，本单位应当签收。",
        ),
        row(
            "ask_extension",
            "申请延期",
            [_A.ACCEPTED],
            None,
            ["clerk"],
            "申请送市政府督查室决定；同意之前仍按原来的期限。",
            ("date", "reason"),
        ),
        row(
            "hand_over",
            "移交经办人",
            [_A.ACCEPTED],
            None,
            ["clerk", "leader"],
            "接手的同事成为具体经办人，提醒先发给他。",
            ("clerk",),
        ),
        row("finish", "办结", [_A.ACCEPTED], _A.DONE, ["clerk"], "本单位的承办工作办结。"),
        row(
            "withdraw",
            "撤销交办",
            [_A.PENDING],
            _A.WITHDRAWN,
            ["office_staff"],
            "撤销后该单位不再承办，也不再收到提醒。",
            ("reason",),
        ),
    ),
)
