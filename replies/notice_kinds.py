"""The kinds of notice of the upper floor, from drafting to promises. Read by ``proposals.notice_kinds.KINDS``."""

from __future__ import annotations

from proposals.notice_kinds import CLERKS, OFFICE, PROPOSERS, NoticeKind

LEAD_CLERKS, BOTH_OFFICES = "主办单位经办人", "提案委、督查室工作人员"
BUREAU_AND_OFFICES = "主办单位经办人，提案委、督查室工作人员"
HELPERS = "会办单位经办人、核稿人、签发领导"

KINDS_ABOVE = tuple(
    NoticeKind(code, label, whom, body, code in {"copied", "opinion_ended"})
    for code, label, whom, body in (
        # --- opinions, consultations, clearance ---
        ("opinion_to_sign", "请签发会办意见", "会办单位签发领导", "请签发会办意见：{提案号}"),
        ("opinion_returned", "会办意见已退回", "会办单位经办人", "会办意见已退回，请修改：{提案号}"),
        ("opinion_ended", "会办意见不再签发", "会办单位经办人、签发领导", "{事项}，会办意见不再签发：{提案号}"),
        ("opinion_handed_in", "会办意见已送来", LEAD_CLERKS, "{单位}送来会办意见：{提案号}"),
        ("consultation_recorded", "请核对沟通记录", PROPOSERS, "{单位}{内容}，请核对：{提案号}"),
        ("consultation_answered", "沟通记录已核对", "记录单位的经办人", "{提案者}{内容}：{提案号}"),
        ("to_review", "请核稿", "主办单位核稿人", "请核稿：{提案号}答复"),
        ("to_countersign", "请会签", HELPERS, "请会签：{提案号}答复"),
        ("countersign_again", "请再次会签", HELPERS, "{事项}，请再次会签：{提案号}答复"),
        ("sent_back", "答复稿已退回", LEAD_CLERKS, "{事项}，请修改：{提案号}答复"),
        ("change_proposed", "会签附修改", "主办单位经办人、核稿人", "{单位}会签附修改，请处理：{提案号}答复"),
        ("to_coordinate", "会签不同意，请协调", OFFICE, "{单位}不同意会签，请协调：{提案号}答复"),
        ("countersign_refused", "会签不同意", LEAD_CLERKS, "{单位}不同意会签：{提案号}答复"),
        ("coordinated", "已协调", "不同意的会办单位的经办人、核稿人、签发领导", "已协调，答复稿继续会签：{提案号}答复"),
        ("to_audit", "请办复审查", OFFICE, "请办复审查：{提案号}答复"),
        ("class_changed", "办理结果已改定", "主办单位经办人、核稿人", "督查室把办理结果改为{类别}类：{提案号}答复"),
        ("to_sign", "请签发", "主办单位签发领导", "请签发：{提案号}答复"),
        ("to_sign_main", "请主要负责人签发", "主办单位主要负责人", "请主要负责人签发：{提案号}答复"),
        ("signed", "已签发，可以印发", LEAD_CLERKS, "已签发，可以印发：{提案号}答复"),
        # --- issue, rating, redo ---
        ("answered", "提案已答复，请评价", PROPOSERS, "{单位}已答复您的提案{提案号}，请查看答复函并评价"),
        ("issued", "答复已印发", BOTH_OFFICES, "{单位}已印发{提案号}的答复"),
        ("copied", "抄送的答复函", "抄送单位的经办人", "{单位}抄送{提案号}的答复函"),
        ("rated", "提案者已评价", "主办单位经办人和签发领导，提案委、督查室", "{提案者}评价了{提案号}的答复：{内容}"),
        ("meeting_recorded", "会商情况已记录", "提案者、主办单位、提案委", "{提案号}的会商情况已记录"),
        # --- publication and import ---
        ("to_release", "答复待公开审查", "下一审查环节的人", "{提案号}的答复待您公开审查（{环节}）"),
        ("published", "答复已公开", LEAD_CLERKS, "{提案号}的答复已向社会公开"),
        ("published_office", "答复已公开", BOTH_OFFICES, "{单位}公开了{提案号}的答复"),
        ("release_refused", "公开被退回", LEAD_CLERKS, "{提案号}的公开被退回：{理由}"),
        ("withheld", "答复不予公开", BUREAU_AND_OFFICES, "{单位}决定不予公开{提案号}的答复：{理由}"),
        ("withholding_lifted", "答复恢复准备公开", BUREAU_AND_OFFICES, "{单位}恢复准备公开{提案号}的答复"),
        ("unpublished", "答复已撤下", LEAD_CLERKS, "{提案号}的答复已从公开页面撤下：{理由}"),
        ("document_ready", "文件已生成", LEAD_CLERKS, "{事项}已生成：{标题}"),
        ("document_failed", "文件没有生成", LEAD_CLERKS, "{事项}没有生成：{理由}"),
        ("import_to_check", "导入的答复待核对", BOTH_OFFICES, "导入的答复待核对：{标题}"),
        ("import_checked", "导入的答复已核对", LEAD_CLERKS, "导入的答复已核对，可以准备公开：{标题}"),
        ("import_read", "上传的答复已读完", "上传的人", "上传的答复已全部读完，请查看结果。"),
        # --- many at once ---
        ("bundle_ready", "汇编或打包已做好", "申请的人", "已做好，可以下载：{标题}"),
        ("bundle_failed", "汇编或打包没有做成", "申请的人", "没有做成（{理由}）：{标题}"),
        # --- archive ---
        ("archived", "提案已归档", CLERKS, "提案已归档，只能查看：{提案}"),
        ("archive_reopened", "归档已重新打开", CLERKS, "归档已重新打开（{理由}）：{提案}"),
        # --- assessment ---
        (
            "assessment_published",
            "考核结果已公布",
            "承办单位的人、提案委工作人员",
            "{届次}承办单位考核结果已公布，请查看",
        ),
        # --- awards ---
        ("award_opened", "评选开始推荐", "按规则可以推荐的人", "{届次}{事项}开始推荐，{截止日}截止"),
        ("award_to_judge", "请评议", "评委", "请评议{届次}{事项}，{截止日}截止"),
        ("award_won", "评选入选", "入选单位的人", "{单位}入选{届次}{事项}"),
        ("award_won_person", "评选入选", "入选的个人和本单位领导", "{单位}{人员}入选{届次}{事项}"),
        # --- promises ---
        ("promise_moved", "承诺有了变化", "承诺单位经办人和领导、主办单位、督查室", "{提案号}{内容}"),
        ("follow_up_to_sign", "请签发跟踪答复", "承诺单位签发领导", "请签发跟踪答复：{提案号}"),
        ("follow_up_returned", "跟踪答复被退回", CLERKS, "跟踪答复被退回：{提案号}"),
        ("follow_up_sent", "承诺的跟踪答复", PROPOSERS, "{单位}就{提案号}的承诺再次答复您，请查看"),
        ("follow_up_issued", "跟踪答复已印发", BOTH_OFFICES, "{提案号}：{内容}"),
        ("follow_up_signed", "跟踪答复已签发", CLERKS, "{提案号}的跟踪答复已签发，送达提案者"),
    )
)
