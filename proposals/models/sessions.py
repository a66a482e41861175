"""Sessions of the committee (届次)."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models

from panjin_portal.lib.chinese import to_chinese
from proposals.models.checks import in_order
from proposals.models.vocabulary import NumberingPattern, ResultScheme


class Silence(models.TextChoices):
    """What becomes of a feedback form that did not come back within its term (DOMAIN 1.10)."""

    APART = "apart", "单列，不计入满意率"
    COUNTED = "counted", "单列，计入应评价件数（拉低满意率）"


class Session(models.Model):
    """One plenary session, e.g. 九届一次会议; rules and numbering are set per session."""

    term = models.PositiveSmallIntegerField("届", validators=[MinValueValidator(1)])
    number = models.PositiveSmallIntegerField("次", validators=[MinValueValidator(1)])
    opens_on = models.DateField("开幕日")
    closes_on = models.DateField("闭幕日")
    filing_cutoff = models.DateField("提案截止日")
    numbering = models.ForeignKey(NumberingPattern, models.PROTECT, related_name="+", verbose_name="会议提案编号式样")
    interim_numbering = models.ForeignKey(
        NumberingPattern, models.PROTECT, related_name="+", verbose_name="平时提案编号式样"
    )
    result_scheme = models.ForeignKey(ResultScheme, models.PROTECT, related_name="+", verbose_name="办理结果分类方案")
    is_open = models.BooleanField("接收提案", default=True)
    matrix_in_letter = models.BooleanField("逐条对照附在答复函后", default=False)
    matrix_in_public = models.BooleanField("逐条对照附在公开文本后", default=False)
    fairly_redoes = models.BooleanField("“基本满意”也重新办理", default=False)
    most_rounds = models.PositiveSmallIntegerField(
        "最多办理次数", default=3, help_text="第几次答复仍不满意时，不再重新办理，由督查室组织会商"
    )
    silence = models.CharField(
        "逾期未反馈",
        max_length=8,
        choices=Silence.choices,
        default=Silence.APART,
        help_text="逾期未反馈一律单独列出，任何规则都不作满意",
    )
    rating_link_days = models.PositiveSmallIntegerField("评价链接有效天数", default=30)

    class Meta:
        verbose_name = verbose_name_plural = "届次"
        ordering = ("-term", "-number")
        constraints = [
            models.UniqueConstraint(
                fields=("term", "number"), name="session_once", violation_error_message="这一届次已经登记过。"
            ),
            models.CheckConstraint(condition=models.Q(term__gte=1, number__gte=1), name="session_numbers_from_one"),
            models.CheckConstraint(
                condition=models.Q(most_rounds__gte=1, rating_link_days__gte=1), name="session_feedback_rules_from_one"
            ),
            in_order("opens_on", "closes_on", "session_dates_in_order"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """As printed in titles: 九届一次会议."""
        return f"{to_chinese(self.term)}届{to_chinese(self.number)}次会议"
