"""The answer matrix (逐条对照): what becomes of each ask."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from proposals.models import Ask, Bureau, ResultClass
from replies.models.replies import Reply


class MatrixRow(models.Model):
    """One ask of a reply: result, outcome, owner, promise. The sections that answer it are the links of the sections.

    A row without an ask stands for the whole case, where a proposal has no numbered asks. Rows belong to the draft;
    signing freezes them into ``Reply.signed_matrix``.
    """

    reply = models.ForeignKey(Reply, models.CASCADE, related_name="matrix_rows")
    ask = models.ForeignKey(Ask, models.CASCADE, null=True, blank=True, related_name="matrix_rows")
    result_class = models.ForeignKey(
        ResultClass, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="办理结果"
    )
    outcome = models.CharField("办理情况", max_length=200, blank=True)
    bureau = models.ForeignKey(Bureau, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="责任单位")
    promise = models.CharField("承诺", max_length=300, blank=True)
    promise_due = models.DateField("完成日期", null=True, blank=True)
    promise_phase = models.CharField("完成阶段", max_length=60, blank=True)
    no_promise_reason = models.CharField("没有承诺的理由", max_length=300, blank=True)
    explanation = models.CharField("未回应的说明", max_length=300, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "逐条对照"
        ordering = ("reply_id", "ask__position", "id")
        constraints = [
            models.UniqueConstraint(fields=("reply", "ask"), name="matrix_row_once_per_ask"),
            models.UniqueConstraint(
                fields=("reply",), condition=Q(ask__isnull=True), name="one_matrix_row_for_the_whole"
            ),
        ]

    def __str__(self) -> str:
        return f"第{self.ask.position}条" if self.ask else "全案"
