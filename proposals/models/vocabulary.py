"""Word lists a city changes without a release (DOMAIN 1.15). Seeded by ``seed_reference``, kept in admin."""

from __future__ import annotations

from django.db import models

from proposals.models.checks import not_blank


class Topic(models.Model):
    """Subject class in two levels (大类、小类), DOMAIN 1.6."""

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="大类"
    )
    name = models.CharField("名称", max_length=40)
    is_active = models.BooleanField("启用", default=True)
    position = models.PositiveSmallIntegerField("排序", default=100)

    class Meta:
        verbose_name = verbose_name_plural = "主题"
        ordering = ("parent__position", "position", "id")
        constraints = [
            not_blank("name", "topic_name_not_blank"),
            models.UniqueConstraint(fields=("parent", "name"), name="topic_once_per_parent"),
            models.UniqueConstraint(fields=("name",), condition=models.Q(parent__isnull=True), name="top_topic_once"),
        ]

    def __str__(self) -> str:
        return f"{self.parent.name} / {self.name}" if self.parent_id and self.parent else self.name


class RejectionReason(models.Model):
    """A ground for 不予立案 (DOMAIN 1.5)."""

    text = models.CharField("理由", max_length=120, unique=True)
    is_active = models.BooleanField("启用", default=True)
    position = models.PositiveSmallIntegerField("排序", default=100)

    class Meta:
        verbose_name = verbose_name_plural = "不予立案理由"
        ordering = ("position", "id")
        constraints = [not_blank("text", "rejection_reason_not_blank")]

    def __str__(self) -> str:
        return self.text


class ResultScheme(models.Model):
    """A set of result classes (办理结果分类), three or four of them (DOMAIN 1.11)."""

    name = models.CharField("名称", max_length=40, unique=True)

    class Meta:
        verbose_name = verbose_name_plural = "办理结果分类方案"
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name


class ResultClass(models.Model):
    """One letter of a scheme: the mark printed at the upper right of the letter."""

    scheme = models.ForeignKey(ResultScheme, models.PROTECT, related_name="classes", verbose_name="方案")
    code = models.CharField("类别", max_length=2)
    meaning = models.CharField("含义", max_length=80)
    needs_promise = models.BooleanField(
        "要有承诺", default=False, help_text="定为这一类的，要写明承诺，或写明没有承诺的理由"
    )
    position = models.PositiveSmallIntegerField("排序", default=100)

    class Meta:
        verbose_name = verbose_name_plural = "办理结果类别"
        ordering = ("scheme_id", "position", "id")
        constraints = [
            not_blank("code", "result_class_code_not_blank"),
            models.UniqueConstraint(fields=("scheme", "code"), name="result_class_once_per_scheme"),
        ]

    def __str__(self) -> str:
        return f"{self.code}（{self.meaning}）"


class ConsultationMethod(models.Model):
    """How a bureau talked with the proposer (DOMAIN 1.10): 走访、电话、座谈会 …"""

    name = models.CharField("方式", max_length=40, unique=True)
    is_active = models.BooleanField("启用", default=True)
    position = models.PositiveSmallIntegerField("排序", default=100)

    class Meta:
        verbose_name = verbose_name_plural = "沟通方式"
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.name


class NumberingPattern(models.Model):
    """How an official number is written: prefix and zero-padded digits (Panjin prints 第005号, DOMAIN 1.6)."""

    name = models.CharField("名称", max_length=40, unique=True)
    prefix = models.CharField("前缀", max_length=10, blank=True, help_text="如 平；会议提案留空")
    digits = models.PositiveSmallIntegerField("位数", default=3)

    class Meta:
        verbose_name = verbose_name_plural = "编号式样"
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(condition=models.Q(digits__gte=1, digits__lte=6), name="numbering_digits_in_range")
        ]

    def __str__(self) -> str:
        return self.name

    def format(self, value: int) -> str:
        """``5`` -> ``005`` (with the prefix, without 第 and 号)."""
        return f"{self.prefix}{value:0{self.digits}d}"
