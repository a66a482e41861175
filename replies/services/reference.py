"""Initial data of the upper floor: the release chain, the checklist of 核稿, the items bureaus are assessed by."""

from __future__ import annotations

from proposals.models import Role
from replies.models import AssessmentItem, AwardRule, ChecklistItem, ReleaseStep

# 先审查后公开: author section, second look, approval by the head (DOMAIN 1.14).
RELEASE_CHAIN = ((1, "初审", Role.CLERK), (2, "复审", Role.REVIEWER), (3, "批准", Role.LEADER))


def seed_release_chain() -> None:
    """Create the default chain when there is none; a chain of the city's own is left alone."""
    if not ReleaseStep.objects.exists():
        ReleaseStep.objects.bulk_create(
            ReleaseStep(position=position, name=name, role=role) for position, name, role in RELEASE_CHAIN
        )


# What the office of a bureau checks before a reply is signed (DOMAIN 1.12).
CHECKLIST = (
    ("针对性", "是否逐条回应提案的建议，不写成工作总结"),
    ("解决情况", "已办的写明结果，要办的写明时间和单位，办不了的写明理由"),
    ("会办情况", "会办单位的意见是否齐全、采用得当"),
    ("格式", "标题、主送、类别、联系人、抄送是否齐全"),
    ("文字", "数字、名称、标点是否准确"),
)


def seed_checklist() -> None:
    """Create the default items when there are none; a list of the city's own is left alone."""
    if not ChecklistItem.objects.exists():
        ChecklistItem.objects.bulk_create(
            ChecklistItem(position=position, name=name, question=question)
            for position, (name, question) in enumerate(CHECKLIST, start=1)
        )


_S = AssessmentItem.Source
# A hundred points (DOMAIN 1.13); a city changes lines and points, or gives a session lines of its own.
ASSESSMENT = (
    ("按时签收", 10, _S.RECEIPT),
    ("按期答复", 20, _S.REPLY),
    ("会办意见", 10, _S.OPINION),
    ("申请改办", 5, _S.REFUSED),
    ("沟通提案者", 15, _S.TALK),
    ("提案者满意", 20, _S.CONTENT),
    ("不须重新办理", 5, _S.REDO),
    ("按期公开", 5, _S.PUBLICATION),
    ("兑现承诺", 5, _S.PROMISE),
    ("组织领导", 5, _S.HAND),
)


def seed_assessment() -> None:
    """Create the usual items when there are none; items of the city's own are left alone."""
    if not AssessmentItem.objects.exists():
        AssessmentItem.objects.bulk_create(
            AssessmentItem(position=position, name=name, points=points, source=source)
            for position, (name, points, source) in enumerate(ASSESSMENT, start=1)
        )


_W = AwardRule.Subject
# The three of every year (DOMAIN 1.13): name, what is honoured, whether proposers, 提案委 and 督查室 nominate.
AWARDS = (
    ("优秀提案", _W.PROPOSAL, True, True, False),
    ("提案承办先进单位", _W.BUREAU, True, False, True),
    ("提案承办先进个人", _W.PERSON, True, False, True),
)


def seed_awards() -> None:
    """Create the usual awards when there are none; rules of the city's own are left alone."""
    if not AwardRule.objects.exists():
        AwardRule.objects.bulk_create(
            AwardRule(
                position=position,
                name=name,
                subject=subject,
                proposers_nominate=proposers,
                committee_nominates=committee,
                office_nominates=office,
            )
            for position, (name, subject, proposers, committee, office) in enumerate(AWARDS, start=1)
        )
