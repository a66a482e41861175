"""States, actions and transitions of replies, opinions, publications, files and imports, as data."""

from __future__ import annotations

from proposals.workflow import LabelledState, Workflow, row
from replies.handling_workflow import CHANGE, CONSULTATION
from replies.workflow_imports import IMPORT as IMPORT
from replies.workflow_imports import IMPORT_ROLES as IMPORT_ROLES
from replies.workflow_imports import ImportState as ImportState
from replies.workflow_opinions import OPINION as OPINION
from replies.workflow_opinions import OpinionState as OpinionState


class ReplyState(LabelledState):
    """Where one reply stands."""

    DRAFTING = "drafting", "拟稿"
    REVIEWING = "reviewing", "核稿"
    COUNTERSIGNING = "countersigning", "会签"
    COORDINATING = "coordinating", "协调"
    AUDITING = "auditing", "办复审查"
    SIGNING = "signing", "待签发"
    SIGNED = "signed", "已签发"
    ISSUED = "issued", "已印发"
    IMPORTED = "imported", "已导入待核对"
    CONFIRMED = "confirmed", "导入已确认"
    SUPERSEDED = "superseded", "已被新稿替代"


class PublicationState(LabelledState):
    """Where a publication stands. ``releasing`` covers all steps of the release chain."""

    PREPARING = "preparing", "准备公开"
    RELEASING = "releasing", "公开审查"
    PUBLISHED = "published", "已公开"
    UNPUBLISHED = "unpublished", "已撤下"
    WITHHELD = "withheld", "不予公开"


class DocumentState(LabelledState):
    """Where a rendered file stands."""

    QUEUED = "queued", "等待生成"
    RUNNING = "running", "正在生成"
    READY = "ready", "已生成"
    FAILED = "failed", "生成失败"


class PromiseState(LabelledState):
    """Where one line of the promise ledger stands. Late is computed."""

    OPEN = "open", "办理中"
    CARRIED_OVER = "carried_over", "已结转"
    WAITING = "waiting", "待条件成熟"
    KEPT = "kept", "已兑现"
    GIVEN_UP = "given_up", "不再办理"


class FollowUpState(LabelledState):
    """Where the second answer stands."""

    DRAFTING = "drafting", "待修改"
    SIGNING = "signing", "待签发"
    ISSUED = "issued", "已送达"


class RedoState(LabelledState):
    """What follows a rating that was not good enough."""

    OPEN = "open", "待重新办理"
    AT_WORK = "at_work", "正在重新办理"
    DONE = "done", "已再次答复"
    MEETING = "meeting", "待会商"
    MET = "met", "已会商"


_R = ReplyState
BUREAU_ROLES = ("clerk", "reviewer", "leader")

REPLY = Workflow(
    name="答复",
    initial=frozenset({_R.DRAFTING, _R.IMPORTED}),
    final=frozenset({_R.ISSUED, _R.CONFIRMED, _R.SUPERSEDED}),
    states=tuple(_R),
    transitions=(
        row("draft", "拟写答复", [_R.DRAFTING], None, ["clerk"], "保存后仍是草稿，可以继续修改。"),
        row(
            "send_to_review",
            "送核稿",
            [_R.DRAFTING],
            _R.REVIEWING,
            ["clerk"],
            "答复稿将送本单位核稿人，核稿期间不能修改。",
        ),
        row(
            "pass_review",
            "核稿通过",
            [_R.REVIEWING],
            _R.COUNTERSIGNING,
            ["reviewer"],
            "答复稿将送各会办单位会签；没有会办单位的直接送签发。",
            ("comment",),
        ),
        row(
            "countersign",
            "会签同意",
            [_R.COUNTERSIGNING],
            _R.SIGNING,
            BUREAU_ROLES,
            "表示本单位同意答复内容；全部会办单位会签后送主办单位领导签发。",
            ("comment",),
        ),
        row(
            "countersign_with_changes",
            "附修改同意",
            [_R.COUNTERSIGNING],
            None,
            BUREAU_ROLES,
            "修改送主办单位处理；采用后改动正文，已会签的其他单位须再次会签；不采用的，由本单位再作决定。",
            ("wordings", "comment"),
        ),
        row(
            "refuse_countersign",
            "不同意",
            [_R.COUNTERSIGNING],
            _R.COORDINATING,
            BUREAU_ROLES,
            "会签停止，由市政府督查室协调；主办单位和督查室会看到您的理由。",
            ("comment",),
        ),
        row(
            "coordinate_on",
            "协调后继续",
            [_R.COORDINATING],
            _R.COUNTERSIGNING,
            ["office_staff"],
            "协调情况记入核签过程，其余会办单位继续会签，全部会签后送签发。",
            ("comment",),
        ),
        row(
            "coordinate_back",
            "协调后退回修改",
            [_R.COORDINATING],
            _R.DRAFTING,
            ["office_staff"],
            "答复稿退回主办单位经办人按协调意见修改，修改后重新核稿、会签、签发。",
            ("comment",),
        ),
        row(
            "pass_audit",
            "审查通过",
            [_R.AUDITING],
            _R.SIGNING,
            ["office_staff"],
            "答复稿送承办单位领导签发；改动办理结果类别的，承办单位会收到通知。",
            ("result_class", "comment"),
        ),
        row(
            "return_audit",
            "审查退回",
            [_R.AUDITING],
            _R.DRAFTING,
            ["office_staff"],
            "答复稿退回经办人，并附上您的审查意见；修改后重新核稿、会签、审查、签发。",
            ("comment",),
        ),
        row(
            "hand_to_audit",
            "送办复审查",
            [_R.REVIEWING, _R.COUNTERSIGNING],
            _R.AUDITING,
            [],
            "本届规则要求审查的，会签之后由系统送市政府督查室。",
        ),
        row(
            "sign",
            "签发",
            [_R.SIGNING],
            _R.SIGNED,
            ["leader"],
            "签发后正文不能再改，系统编发文字号并生成正式答复函。",
            ("result_class", "comment"),
        ),
        row(
            "send_back",
            "退回修改",
            [_R.REVIEWING, _R.COUNTERSIGNING, _R.SIGNING],
            _R.DRAFTING,
            BUREAU_ROLES,
            "答复稿将退回经办人，并附上您的意见；修改后重新走核稿、会签、签发。",
            ("comment",),
        ),
        row(
            "return_signed",
            "撤回签发",
            [_R.SIGNED],
            _R.DRAFTING,
            ["clerk", "leader"],
            "答复函没有生成成功时，签发作废，答复稿退回经办人修改，重新核稿、会签、签发；已编的发文字号留给这份答复。",
            ("comment",),
        ),
        row(
            "issue",
            "印发答复",
            [_R.SIGNED],
            _R.ISSUED,
            ["clerk"],
            "答复函将送达提案者，并请提案者评价；提案转为已答复。",
        ),
        row(
            "rate",
            "评价答复",
            [_R.ISSUED],
            None,
            ["proposer"],
            "评价提交后不能修改，承办单位、督查室和提案委可以看到。",
            ("attitude", "result", "opinion"),
        ),
        row(
            "enter_paper_rating",
            "录入纸质评价",
            [_R.ISSUED],
            None,
            ["committee_staff", "office_staff"],
            "代提案者录入纸质征询意见表并附扫描件，标明是代录；录入后不能修改。",
            ("proposer", "attitude", "result", "opinion", "scan"),
        ),
        row(
            "send_rating_link",
            "发送评价链接",
            [_R.ISSUED],
            None,
            ["committee_staff", "office_staff"],
            "向提案者登记的邮箱发送一次性评价链接，只供本人使用一次；以前发的链接作废。",
            ("proposer",),
        ),
        row(
            "confirm_import",
            "确认导入",
            [_R.IMPORTED],
            _R.CONFIRMED,
            ["committee_staff", "office_staff"],
            "确认导入文本与原件一致，并记录原件的签发日期和签发单位。",
            ("signed_on", "signed_by"),
        ),
        row(
            "revise",
            "另拟新稿",
            [_R.CONFIRMED],
            None,
            ["clerk"],
            "以导入的答复为底稿开一份新稿；新稿须重新核稿、会签、签发。",
        ),
        row(
            "supersede",
            "替代",
            [_R.ISSUED, _R.CONFIRMED],
            _R.SUPERSEDED,
            ["clerk"],
            "新稿印发后，原答复标为已被替代。",
        ),
    ),
)

_P = PublicationState

PUBLICATION = Workflow(
    name="公开",
    initial=frozenset({_P.PREPARING}),
    final=frozenset({_P.PUBLISHED, _P.UNPUBLISHED, _P.WITHHELD}),
    states=tuple(_P),
    transitions=(
        row(
            "prepare_publication",
            "准备公开",
            [_P.PREPARING],
            None,
            ["clerk"],
            "填写公开元数据，系统检查个人信息。",
            ("metadata",),
        ),
        row(
            "start_release",
            "送公开审查",
            [_P.PREPARING],
            _P.RELEASING,
            ["clerk"],
            "公开文本就此固定，按初审、复审、批准的顺序由三人审查。",
        ),
        row(
            "release_step",
            "审查通过",
            [_P.RELEASING],
            _P.PUBLISHED,
            BUREAU_ROLES,
            "通过后送下一步；最后一步通过后立即向社会公开。",
            ("comment",),
        ),
        row(
            "refuse_release",
            "退回",
            [_P.RELEASING],
            _P.PREPARING,
            BUREAU_ROLES,
            "退回经办人修改公开内容，并附上您的意见。",
            ("comment",),
        ),
        row(
            "unpublish",
            "撤下公开",
            [_P.PUBLISHED],
            _P.UNPUBLISHED,
            ["leader"],
            "公众将看不到正文，只看到撤下的说明；记录保留。",
            ("reason",),
        ),
        row(
            "withhold",
            "不予公开",
            [_P.PREPARING],
            _P.WITHHELD,
            ["leader"],
            "这份答复不向社会公开，公开期限停止；理由记入办理记录，提案委、督查室看得到。",
            ("reason",),
        ),
        row(
            "lift_withholding",
            "恢复准备公开",
            [_P.WITHHELD],
            _P.PREPARING,
            ["leader"],
            "经办人继续准备公开，公开期限自今天起重新计算。",
        ),
    ),
)

_D = DocumentState

DOCUMENT = Workflow(
    name="文件生成",
    initial=frozenset({_D.QUEUED}),
    final=frozenset({_D.READY}),
    states=tuple(_D),
    transitions=(
        row("start_rendering", "开始生成", [_D.QUEUED, _D.RUNNING], _D.RUNNING, [], "由后台执行。"),
        row("finish_rendering", "生成完成", [_D.RUNNING], _D.READY, [], "由后台执行。"),
        row("fail_rendering", "生成失败", [_D.RUNNING], _D.FAILED, [], "由后台执行。"),
        row(
            "retry_rendering",
            "重新生成",
            [_D.FAILED],
            _D.QUEUED,
            BUREAU_ROLES,
            "文件将重新排队生成。",
        ),
    ),
)

ALL = (REPLY, OPINION, CHANGE, CONSULTATION, PUBLICATION, DOCUMENT, IMPORT)
