"""One sentence: what happens next and who has it."""

from __future__ import annotations

from panjin_portal.lib.clock import day_of
from proposals.models import Role
from proposals.models.deadlines import DeadlineKind
from proposals.permissions import bureaus_of
from proposals.workflow import AssignmentState, ProposalState
from replies.models import Publication
from replies.turns import next_release_step
from replies.views.casefile.loading import CaseFile
from replies.workflow import PublicationState, RedoState, ReplyState

BEFORE_ASSIGNMENT = {
    ProposalState.DRAFT: "提案还是草稿，填写完整后提交给政协提案委审查。",
    ProposalState.SUBMITTED: "政协提案委正在审查。",
    ProposalState.RETURNED: "提案已退回修改，修改后请重新提交。",
    ProposalState.REJECTED: "提案不予立案，不再办理。",
    ProposalState.REGISTERED: "提案已立案，等市政府督查室交办。",
    ProposalState.SUGGESTION: "提案不立案，已转为意见建议，不再办理。",
    ProposalState.OPINION: "提案不立案，已转社情民意，不再办理。",
    ProposalState.WITHDRAWN: "提案者已撤案，不再办理。",
}


def next_step(case: CaseFile) -> str:
    """The sentence at the head of the case page (at most one query)."""
    if case.proposal.archived_at is not None:
        return f"提案已于 {day_of(case.proposal.archived_at)} 归档，只能查看。"
    if case.main is not None:
        return f"已并入{case.main.label}《{case.main.title}》一并办理。主提案：{_step_at(case, case.main.stage)}"
    return _step_at(case, case.proposal.stage)


def _step_at(case: CaseFile, stage: ProposalState) -> str:
    if stage in BEFORE_ASSIGNMENT:
        return BEFORE_ASSIGNMENT[stage]
    if stage is ProposalState.ASSIGNED:
        return _at_work(case)
    if stage is ProposalState.SUSPENDED:
        return "提案已中止办理，期限停止计算，等市政府督查室恢复办理。"
    return _after(case)


def _at_work(case: CaseFile) -> str:
    lead = case.lead
    if lead is None:
        return "提案正在办理。"
    due = case.due_of(DeadlineKind.REPLY)
    until = f"，答复截止日 {due}" if due else ""
    asking = [row.bureau.short_name for row in case.in_force if row.state == AssignmentState.CONTESTED]
    if asking and case.standing.is_inside:
        return f"{'、'.join(asking)}申请改办，等市政府督查室决定{until}。"
    if case.is_separate:
        return _separately(case, until)
    unsigned = [row.bureau.short_name for row in case.in_force if row.state == AssignmentState.PENDING]
    if lead.state == AssignmentState.PENDING:
        return f"等{'、'.join(unsigned)}签收{until}。"
    told = f"{lead.bureau.short_name}{_drafting(case)}{until}。"
    return told + (f"{'、'.join(unsigned)}还没有签收。" if unsigned else "")


def _separately(case: CaseFile, until: str) -> str:
    """Which of the bureaus of a 分办 have answered and which have not."""
    rows = [row for row in case.in_force if row.is_answering]
    done = "、".join(row.bureau.short_name for row in rows if row.state == AssignmentState.DONE)
    left = "、".join(row.bureau.short_name for row in rows if row.state != AssignmentState.DONE)
    return (f"{done}已答复，" if done else "") + f"等{left}分别答复{until}。"


def _drafting(case: CaseFile) -> str:
    reply = case.reply
    if reply is None or not case.standing.is_inside:
        return "正在办理"
    match reply.stage:
        case ReplyState.DRAFTING:
            writer = f"经办人{reply.drafted_by}" if reply.drafted_by else ""
            return f"{writer}正在{'按退回意见修改' if getattr(reply, 'returned', None) else '拟写'}答复"
        case ReplyState.REVIEWING:
            return "正在核稿"
        case ReplyState.COUNTERSIGNING:
            waiting = "、".join(case.missing_countersigners.values())
            return f"的答复稿等{waiting}会签" if waiting else "正在处理会签修改"
        case ReplyState.COORDINATING:
            return "的答复稿会签有不同意见，等督查室协调"
        case ReplyState.AUDITING:
            return "的答复稿等督查室审查"
        case ReplyState.SIGNING:
            return "领导正在审签"
        case ReplyState.SIGNED:
            return "的答复已签发，等经办人印发"
        case _:
            return "正在办理"


def _after(case: CaseFile) -> str:
    reply = case.reply
    if reply is not None and reply.stage is ReplyState.IMPORTED:
        return "导入的答复等提案委或督查室核对。"
    begun = "导入的答复已核对。" if case.proposal.stage is ProposalState.IMPORTED else "答复已印发。"
    waits = [
        str(row.proposer)
        for row in case.deadlines
        if row.kind == DeadlineKind.FEEDBACK and row.met_at is None and row.cancelled_at is None
    ]
    rating = f"等{'、'.join(dict.fromkeys(waits))}评价。" if waits else ""
    return begun + _redo(case) + rating + _publishing(case)


def _redo(case: CaseFile) -> str:
    """What follows from a rating that was not good enough."""
    reply = case.asked_again
    if reply is None:
        return ""
    name, due = reply.bureau.short_name, case.due_of(DeadlineKind.REDO)
    until = f"，截止日 {due}" if due else ""
    return {
        RedoState.OPEN: f"提案者不满意，等{name}重新办理{until}。",
        RedoState.AT_WORK: f"提案者不满意，{name}正在第{reply.answer_round + 1}次办理{until}；以前的答复保留。",
        RedoState.MEETING: "多次答复仍不满意，等市政府督查室组织会商。",
        RedoState.MET: "已会商，会商情况见“评价”。",
    }.get(RedoState(getattr(reply, "redo_state", "")), "")


def _publishing(case: CaseFile) -> str:
    live = next((row for row in case.publications if row.state != PublicationState.UNPUBLISHED), None)
    if live is None:
        if case.publications:
            return "公开文本已撤下。"
        return _waiting_for_preparation(case)
    return {
        PublicationState.PREPARING: f"{live.bureau.short_name}正在准备公开。",
        PublicationState.RELEASING: _releasing(case, live),
        PublicationState.WITHHELD: "答复不予公开。",
        PublicationState.PUBLISHED: f"已于 {live.published_on} 向社会公开。",
    }.get(live.stage, "")


def _waiting_for_preparation(case: CaseFile) -> str:
    """Nothing for the clerk whose button it is; his colleagues are told the person, everybody else the bureau."""
    reply = case.reply
    if reply is None or not case.standing.is_inside or reply.bureau_id in bureaus_of(case.user, [Role.CLERK]):
        return ""
    who = "经办人" if reply.bureau_id in bureaus_of(case.user) else reply.bureau.short_name
    return f"等{who}准备公开。"


def _releasing(case: CaseFile, publication: Publication) -> str:
    if publication.stage is not PublicationState.RELEASING:
        return ""
    step = next_release_step(publication, case.release_chain)
    return f"公开文本等{publication.bureau.short_name}{step.name}。" if step else ""
