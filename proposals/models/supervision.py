"""Supervision by the office: urging (催办, DOMAIN 1.13) and the texts it starts from."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from proposals.models.checks import not_blank
from proposals.models.organisations import Bureau
from proposals.models.people import Post
from proposals.models.proposals import Proposal
from proposals.urging_text import PLACEHOLDERS, faults_of


class UrgingTemplate(models.Model):
    """A text urging starts from; names in braces are filled in for each case."""

    name = models.CharField("名称", max_length=40, unique=True)
    text = models.TextField("正文", help_text="可用：" + "、".join(f"{{{name}}}" for name in PLACEHOLDERS))
    is_active = models.BooleanField("启用", default=True)
    position = models.PositiveSmallIntegerField("排序", default=100)

    class Meta:
        verbose_name = verbose_name_plural = "催办模板"
        ordering = ("position", "id")
        constraints = [
            not_blank("name", "urging_template_name_not_blank"),
            not_blank("text", "urging_template_text_not_blank"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        faults = faults_of(self.text)
        if faults:
            raise ValidationError({"text": faults})


class Urging(models.Model):
    """One numbered notice about one case to the bureaus that owe something in it. Numbers have no gap in a year.
    ``key`` belongs to the form it came from: the same form sent twice urges once."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="urgings", verbose_name="提案")
    bureaus = models.ManyToManyField(Bureau, related_name="urgings", verbose_name="催办单位")
    addressed = models.CharField("催办单位名称", max_length=300, blank=True)
    word = models.CharField("代字", max_length=20)
    year = models.PositiveSmallIntegerField("年份")
    serial = models.PositiveIntegerField("序号")
    text = models.TextField("正文")
    key = models.CharField(max_length=40, editable=False)
    urged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="催办人")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name="岗位")
    urged_at = models.DateTimeField("催办时间")

    class Meta:
        verbose_name = verbose_name_plural = "催办"
        ordering = ("-id",)
        constraints = [
            not_blank("text", "urging_says_something"),
            models.UniqueConstraint(fields=("year", "serial"), name="urging_number_once"),
            models.UniqueConstraint(fields=("proposal", "key"), name="urging_once_per_form"),
        ]

    def __str__(self) -> str:
        return f"{self.word}〔{self.year}〕{self.serial}号"
