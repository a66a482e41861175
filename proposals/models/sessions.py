"""Sessions of the committee (届次)."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models

from panjin_portal.lib.chinese import to_chinese
from proposals.models.checks import in_order
from proposals.models.vocabulary import NumberingPattern, ResultScheme


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

    class Meta:
        verbose_name = verbose_name_plural = "届次"
        ordering = ("-term", "-number")
        constraints = [
            models.UniqueConstraint(
                fields=("term", "number"), name="session_once", violation_error_message="这一届次已经登记过。"
            ),
            models.CheckConstraint(condition=models.Q(term__gte=1, number__gte=1), name="session_numbers_from_one"),
            in_order("opens_on", "closes_on", "session_dates_in_order"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """As printed in titles: 九届一次会议."""
        return f"{to_chinese(self.term)}届{to_chinese(self.number)}次会议"
