"""Rules and deadlines. All deadlines of both apps stand in this one table."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from panjin_portal.lib.chinese import long_date
from proposals.deadlines import ByHand, RuleSpec, Unit, shown_day
from proposals.models.assignments import Assignment
from proposals.models.checks import in_order, not_blank
from proposals.models.organisations import Bureau
from proposals.models.people import Role
from proposals.models.proposals import Proposal
from proposals.models.proposers import Proposer
from proposals.models.sessions import Session
from proposals.rule_kinds import RULE_KINDS, label_of, start_event


class DeadlineKind(models.TextChoices):
    """What is due. Later issues add kinds; each row of the table has one."""

    RECEIPT = "receipt", "签收"
    REPLY = "reply", "答复"
    OPINION = "opinion", "会办意见"
    FEEDBACK = "feedback", "征询意见反馈"
    PUBLICATION = "publication", "答复公开"
    PROMISE = "promise", "承诺落实"
    REDO = "redo", "重新办理"
    SLIP = "slip", "督办单"
    COSIGN = "cosign", "联名答复"


class DeadlineRule(models.Model):
    """How long a step may take, per session (DOMAIN 1.9)."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="deadline_rules", verbose_name="届次")
    kind = models.CharField("事项", max_length=16, choices=RULE_KINDS)
    proposal_kind = models.CharField(
        "适用提案",
        max_length=10,
        choices=[("", "全部"), *Proposal.Kind.choices],
        default="",
        blank=True,
        help_text="专为会议提案或平时提案定的规则优先于“全部”",
    )
    unit = models.CharField(
        "单位",
        max_length=16,
        choices=[
            (Unit.WORKING_DAYS.value, "工作日"),
            (Unit.CALENDAR_DAYS.value, "日（自然日）"),
            (Unit.MONTHS.value, "个月"),
            (Unit.FIXED_DATE.value, "固定日期"),
        ],
    )
    amount = models.PositiveSmallIntegerField("数量", default=0)
    month = models.PositiveSmallIntegerField("月", default=0)
    day = models.PositiveSmallIntegerField("日", default=0)
    roll_forward = models.BooleanField("遇节假日顺延", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "期限规则"
        ordering = ("session_id", "id")
        constraints = [
            models.UniqueConstraint(fields=("session", "kind", "proposal_kind"), name="rule_once_per_session"),
            models.CheckConstraint(
                condition=Q(unit="fixed_date", month__gte=1, month__lte=12, day__gte=1, day__lte=31)
                | (~Q(unit="fixed_date") & Q(amount__gte=1)),
                name="rule_has_amount_or_date",
                violation_error_message="固定日期要填月和日，其他单位要填数量。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.words}"

    @property
    def starts_at(self) -> str:
        """What the days are counted from."""
        return start_event(self.kind)

    @property
    def words(self) -> str:
        """The rule in words: ``3个月``, ``5个工作日`` or ``8月20日``."""
        if self.unit == Unit.FIXED_DATE:
            return f"{self.month}月{self.day}日"
        return f"{self.amount}{'个工作日' if self.unit == Unit.WORKING_DAYS else self.get_unit_display()}"

    def clean(self) -> None:
        if self.unit == Unit.FIXED_DATE and self.month and self.day:
            longest = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}.get(self.month, 31)
            if self.day > longest:
                raise ValidationError({"day": f"{self.month}月没有{self.day}日。"})

    def spec(self) -> RuleSpec:
        """The rule as the pure value ``proposals.deadlines`` computes with."""
        return RuleSpec(
            label=label_of(self.kind),
            unit=Unit(self.unit),
            amount=self.amount,
            month=self.month,
            day=self.day,
            roll_forward=self.roll_forward,
        )


class Deadline(models.Model):
    """One thing that is due on one day from one bureau or proposer. Overdue is computed, never stored."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="deadlines", verbose_name="提案")
    assignment = models.ForeignKey(
        Assignment, models.PROTECT, null=True, blank=True, related_name="deadlines", verbose_name="交办"
    )
    kind = models.CharField("事项", max_length=16, choices=DeadlineKind.choices)
    bureau = models.ForeignKey(
        Bureau, models.PROTECT, null=True, blank=True, related_name="deadlines", verbose_name="责任单位"
    )
    proposer = models.ForeignKey(
        Proposer, models.PROTECT, null=True, blank=True, related_name="deadlines", verbose_name="提案者"
    )
    reference = models.CharField(
        "所指",
        max_length=30,
        blank=True,
        default="",
        editable=False,
        help_text="同一单位在一件提案里可以有多个同类期限时，指明是哪一个，如 promise:12",
    )
    recipient_role = models.CharField("提醒对象", max_length=24, choices=Role.choices)
    starts_on = models.DateField("起算日")
    due_on = models.DateField("截止日")
    is_provisional = models.BooleanField("暂定", default=False)
    rule = models.ForeignKey(
        DeadlineRule, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="规则"
    )
    explanation = models.CharField("计算说明", max_length=600)
    change_reason = models.CharField("改期理由", max_length=200, blank=True)
    # The day somebody decided instead of the rule's, when, and the sentence up to there; suspensions count on from it.
    hand_due_on = models.DateField("人工确定的日期", null=True, blank=True, editable=False)
    hand_set_on = models.DateField("人工确定于", null=True, blank=True, editable=False)
    hand_words = models.CharField("人工确定的说明", max_length=500, blank=True, default="", editable=False)
    version = models.PositiveIntegerField("版本", default=1)
    # All that is to be said of this version on one day has been said to everybody (services.spoken writes it); the scan
    # passes such rows by. Never a reason to say less: whatever could make more people to be told changes the mark.
    spoken_mark = models.BigIntegerField("已提醒标记", default=0, editable=False)
    spoken_version = models.PositiveIntegerField("已提醒的版本", default=0, editable=False)
    link = models.CharField("处理页面", max_length=200)
    met_at = models.DateTimeField("完成时间", null=True, blank=True)
    cancelled_at = models.DateTimeField("取消时间", null=True, blank=True)
    # Stopped with its case: cancelled for everybody who counts, and set going again when the case is resumed.
    is_suspended = models.BooleanField("中止", default=False)
    # Of a form nobody sent back: cancelled for everybody who counts what runs, and told as 逾期未反馈 for ever.
    lapsed_at = models.DateTimeField("期满终止时间", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "期限"
        ordering = ("due_on", "id")
        constraints = [
            not_blank("explanation", "deadline_explains_itself"),
            in_order("starts_on", "due_on", "deadline_dates_in_order"),
            models.CheckConstraint(
                condition=Q(bureau__isnull=False, proposer__isnull=True)
                | Q(bureau__isnull=True, proposer__isnull=False),
                name="deadline_has_one_owner",
            ),
            models.CheckConstraint(
                condition=Q(lapsed_at__isnull=True) | Q(cancelled_at__isnull=False), name="deadline_lapsed_is_over"
            ),
            models.UniqueConstraint(
                fields=("proposal", "kind", "bureau", "reference"),
                condition=Q(met_at__isnull=True, cancelled_at__isnull=True, bureau__isnull=False),
                name="one_open_deadline_per_bureau",
            ),
            models.UniqueConstraint(
                fields=("proposal", "kind", "proposer", "reference"),
                condition=Q(met_at__isnull=True, cancelled_at__isnull=True, proposer__isnull=False),
                name="one_open_deadline_per_proposer",
            ),
        ]
        indexes = [
            # Forms nobody sent back, for the statistics.
            models.Index(
                fields=("proposal", "met_at"), condition=Q(lapsed_at__isnull=False), name="deadline_lapsed_of_case"
            ),
            # Whom the scan for reminders asks about: it reads this and not the wide table.
            models.Index(
                fields=(
                    "due_on",
                    "kind",
                    "spoken_mark",
                    "spoken_version",
                    "version",
                    "bureau",
                    "proposer",
                    "assignment",
                    "recipient_role",
                ),
                condition=Q(met_at__isnull=True, cancelled_at__isnull=True),
                name="deadline_open_due",
            ),
            # The nearest open deadline of a case, for lists and the statistics.
            models.Index(
                fields=("proposal", "due_on"),
                condition=Q(met_at__isnull=True, cancelled_at__isnull=True),
                name="deadline_open_of_case",
            ),
            # The lamp board grouped by bureau, page by page; and all that its figures count, so that they read this and
            # not the wide table.
            models.Index(
                fields=("bureau", "due_on", "id", "kind", "proposal"),
                condition=Q(met_at__isnull=True, cancelled_at__isnull=True),
                name="deadline_open_of_bureau",
            ),
            # Hold all that the statistics ask of a reply clock: they read these and not the wide table. The kind is a
            # column: in the condition it would hide the index from SQLite, which does not look into parameters.
            models.Index(
                fields=("proposal", "kind", "bureau", "due_on", "met_at"),
                condition=Q(cancelled_at__isnull=True),
                name="deadline_reply_clock",
            ),
            models.Index(
                fields=("assignment", "kind", "due_on", "met_at"),
                condition=Q(cancelled_at__isnull=True),
                name="deadline_of_share",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {long_date(self.due_on)}"

    @property
    def shown_due(self) -> str:
        """The day as text: ``2027-01-04（暂定）`` while it may still move."""
        return shown_day(self.due_on, provisional=self.is_provisional)

    @property
    def whose(self) -> str:
        """Who owes it: 市司法局, or the proposer's name."""
        return self.bureau.short_name if self.bureau else str(self.proposer)

    @property
    def by_hand(self) -> ByHand | None:
        """The day somebody decided, as ``proposals.deadlines`` reckons with it."""
        if self.hand_due_on is None or self.hand_set_on is None:
            return None
        return ByHand(self.hand_due_on, self.hand_set_on, self.hand_words)
