"""Awards of a session (DOMAIN 1.13): 优秀提案, 承办先进单位, 承办先进个人: rules, nominations, judges, ballots."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from proposals.models import Bureau, Post, Proposal, Session
from proposals.models.checks import in_order, not_blank, one_of
from replies.workflow_awards import AwardState


class AwardRule(models.Model):
    """One kind of award and who may nominate for it, for all sessions."""

    class Subject(models.TextChoices):
        PROPOSAL = "proposal", "提案"
        BUREAU = "bureau", "单位"
        PERSON = "person", "个人"

    class Method(models.TextChoices):
        VOTES = "votes", "投票（同意或不同意）"
        SCORES = "scores", "打分（0至100）"

    name = models.CharField("奖项", max_length=30, unique=True)
    subject = models.CharField("评选对象", max_length=10, choices=Subject.choices)
    method = models.CharField("评议方式", max_length=8, choices=Method.choices, default=Method.VOTES)
    proposers_nominate = models.BooleanField("提案者可以推荐", default=True)
    committee_nominates = models.BooleanField("提案委可以推荐", default=False)
    office_nominates = models.BooleanField("督查室可以推荐", default=False)
    is_active = models.BooleanField("启用", default=True)
    position = models.PositiveSmallIntegerField("排序", default=100)

    class Meta:
        verbose_name = verbose_name_plural = "评选规则"
        ordering = ("position", "id")
        constraints = [
            not_blank("name", "award_rule_not_blank"),
            models.CheckConstraint(
                condition=Q(proposers_nominate=True) | Q(committee_nominates=True) | Q(office_nominates=True),
                name="award_rule_has_nominators",
                violation_error_message="至少要有一方可以推荐。",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Award(models.Model):
    """One award of one session. Nominations and ballots are taken up to the end of the two days."""

    rule = models.ForeignKey(AwardRule, models.PROTECT, related_name="awards", verbose_name="奖项")
    session = models.ForeignKey(Session, models.PROTECT, related_name="awards", verbose_name="届次")
    state = models.CharField(
        "状态", max_length=12, choices=[(s.value, s.label) for s in AwardState], default=AwardState.NOMINATING
    )
    method = models.CharField("评议方式", max_length=8, choices=AwardRule.Method.choices)
    seats = models.PositiveSmallIntegerField("名额", validators=[MinValueValidator(1), MaxValueValidator(500)])
    nominate_until = models.DateField("推荐截止日")
    judge_until = models.DateField("评议截止日")
    note = models.CharField("审定说明", max_length=300, blank=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="开始人")
    opened_at = models.DateTimeField("开始时间")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审定人"
    )
    decided_at = models.DateTimeField("审定时间", null=True, blank=True)
    released_at = models.DateTimeField("公布时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "评选"
        ordering = ("-session__term", "-session__number", "rule__position", "id")
        constraints = [
            one_of("state", [s.value for s in AwardState], "award_state_known"),
            in_order("nominate_until", "judge_until", "award_days_in_order"),
            models.UniqueConstraint(fields=("session", "rule"), name="award_once_per_session"),
        ]

    def __str__(self) -> str:
        return f"{self.session}{self.rule}"


class Nomination(models.Model):
    """One candidate: a proposal, a bureau, or a person of a bureau."""

    award = models.ForeignKey(Award, models.PROTECT, related_name="nominations", verbose_name="评选")
    proposal = models.ForeignKey(
        Proposal, models.PROTECT, null=True, blank=True, related_name="nominations", verbose_name="提案"
    )
    bureau = models.ForeignKey(Bureau, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="单位")
    person = models.CharField("姓名", max_length=40, blank=True)
    reason = models.TextField("推荐理由")
    nominated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="推荐人")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name="岗位")
    nominated_at = models.DateTimeField("推荐时间")
    is_winner = models.BooleanField("入选", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "推荐"
        ordering = ("award_id", "id")
        constraints = [
            not_blank("reason", "nomination_reason_not_blank"),
            models.CheckConstraint(
                condition=Q(proposal__isnull=False, bureau__isnull=True, person="")
                | Q(proposal__isnull=True, bureau__isnull=False),
                name="nomination_of_proposal_or_bureau",
            ),
            models.UniqueConstraint(fields=("award", "proposal"), name="proposal_nominated_once"),
            models.UniqueConstraint(fields=("award", "bureau", "person"), name="bureau_nominated_once"),
        ]

    def __str__(self) -> str:
        if self.proposal is not None:
            return f"{self.proposal.label}《{self.proposal.title}》"
        return f"{self.person}（{self.bureau}）" if self.person else str(self.bureau and self.bureau.name)


class AwardJudge(models.Model):
    """Somebody the committee named to judge one award."""

    award = models.ForeignKey(Award, models.PROTECT, related_name="judges", verbose_name="评选")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="评委")

    class Meta:
        verbose_name = verbose_name_plural = "评委"
        ordering = ("award_id", "id")
        constraints = [models.UniqueConstraint(fields=("award", "user"), name="judge_once_per_award")]

    def __str__(self) -> str:
        return str(self.user)


class Ballot(models.Model):
    """What one judge says of one candidate: 1 or 0 where votes are cast, 0 to 100 where scores are given."""

    nomination = models.ForeignKey(Nomination, models.PROTECT, related_name="ballots", verbose_name="推荐")
    judge = models.ForeignKey(AwardJudge, models.CASCADE, related_name="ballots", verbose_name="评委")
    value = models.PositiveSmallIntegerField("票或分")
    given_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "评议"
        ordering = ("nomination_id", "id")
        constraints = [
            models.UniqueConstraint(fields=("nomination", "judge"), name="one_ballot_per_judge"),
            models.CheckConstraint(condition=Q(value__lte=100), name="ballot_up_to_a_hundred"),
        ]

    def __str__(self) -> str:
        return str(self.value)
