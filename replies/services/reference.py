"""Initial data of the upper floor: the release chain, the checklist of 核稿."""

from __future__ import annotations

from proposals.models import Role
from replies.models import ChecklistItem, ReleaseStep

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
