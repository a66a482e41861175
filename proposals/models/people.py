"""Users and the posts they act in. A right never hangs on a person, always on a post held today."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q

from proposals.models.checks import in_order, not_blank
from proposals.models.organisations import Bureau
from proposals.models.proposers import Proposer


class NoticeMail(models.TextChoices):
    """When the notices of the portal also come by mail. Reminders of deadlines always come in the digest."""

    DIGEST = "digest", "每天一封汇总：工作日早上把前一天的通知合在一封里"
    OFFICE_HOURS = "office", "随时发，限工作时间：下班以后的到下一个工作日早上再发"
    ANY_HOUR = "any", "随时发，不分时间"


class User(AbstractUser):
    """A person who can sign in."""

    display_name = models.CharField("姓名", max_length=40)
    phone = models.CharField("电话", max_length=40, blank=True)
    must_change_password = models.BooleanField("下次登录须改密码", default=False)
    notice_mail = models.CharField("通知邮件", max_length=8, choices=NoticeMail.choices, default=NoticeMail.DIGEST)

    REQUIRED_FIELDS = ["display_name", "email"]

    class Meta(AbstractUser.Meta):
        verbose_name = verbose_name_plural = "用户"
        constraints = [not_blank("display_name", "user_display_name_not_blank")]

    def __str__(self) -> str:
        return self.display_name or self.username


class Role(models.TextChoices):
    """What a post lets its holder do; ``permissions.py`` says which role may do which action."""

    COMMITTEE_STAFF = "committee_staff", "提案委工作人员"
    OFFICE_STAFF = "office_staff", "督查室工作人员"
    CLERK = "clerk", "经办人"
    REVIEWER = "reviewer", "核稿人"
    LEADER = "leader", "签发领导"
    PROPOSER = "proposer", "提案者联系人"


OFFICE_KIND_OF_ROLE: dict[str, str] = {
    Role.COMMITTEE_STAFF: Bureau.Kind.COMMITTEE,
    Role.OFFICE_STAFF: Bureau.Kind.SUPERVISION,
    Role.CLERK: Bureau.Kind.BUREAU,
    Role.REVIEWER: Bureau.Kind.BUREAU,
    Role.LEADER: Bureau.Kind.BUREAU,
}


class PostQuerySet(models.QuerySet["Post"]):
    def held_on(self, day: date) -> PostQuerySet:
        """Posts in force on ``day`` (both ends included), of people whose account is active."""
        return self.filter(Q(starts_on__lte=day), Q(ends_on__isnull=True) | Q(ends_on__gte=day), user__is_active=True)


class Post(models.Model):
    """One person in one role for one bureau, office or proposer, from a day to a day."""

    user = models.ForeignKey(User, models.PROTECT, related_name="posts", verbose_name="人员")
    role = models.CharField("岗位", max_length=24, choices=Role.choices)
    bureau = models.ForeignKey(Bureau, models.PROTECT, null=True, blank=True, related_name="posts", verbose_name="单位")
    proposer = models.ForeignKey(
        Proposer, models.PROTECT, null=True, blank=True, related_name="posts", verbose_name="提案者"
    )
    title = models.CharField("职务", max_length=40, blank=True)
    is_main_leader = models.BooleanField(
        "主要负责人", default=False, help_text="只用于签发领导：单位的主要负责人；有的答复按规则须由他签发"
    )
    starts_on = models.DateField("任职起")
    ends_on = models.DateField("任职止", null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "任职"
        ordering = ("user_id", "id")
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(role=Role.PROPOSER, proposer__isnull=False, bureau__isnull=True)
                    | (~Q(role=Role.PROPOSER) & Q(proposer__isnull=True, bureau__isnull=False))
                ),
                name="post_belongs_to_bureau_or_proposer",
                violation_error_message="提案者联系人的岗位填提案者，其他岗位填单位，二者只填一个。",
            ),
            in_order("starts_on", "ends_on", "post_dates_in_order"),
        ]
        indexes = [models.Index(fields=("bureau", "role"), name="post_bureau_role")]

    def __str__(self) -> str:
        plain = "工作人员" if self.role in {Role.COMMITTEE_STAFF, Role.OFFICE_STAFF} else self.get_role_display()
        return f"{self.place}{self.title or plain}"

    @property
    def place(self) -> str:
        """Short name of the bureau or the proposer the post belongs to."""
        if self.bureau is not None:
            return self.bureau.short_name
        return self.proposer.name if self.proposer is not None else ""
