"""The words of each kind of notice, changed in system management (DOMAIN 1.15)."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models

from proposals.notice_kinds import BODY_MAX, KINDS, SUBJECT_MAX


class NoticeTemplate(models.Model):
    """Subject (of the mail) and text (of the notice and the mail) of one kind. A row that is missing, or that somebody
    broke past the form, counts as the default words: no notice is lost over it."""

    kind = models.CharField("通知", max_length=40, unique=True)
    subject = models.CharField("邮件主题", max_length=SUBJECT_MAX)
    body = models.CharField("通知内容", max_length=BODY_MAX)

    class Meta:
        verbose_name = verbose_name_plural = "通知用语"
        ordering = ("id",)

    def __str__(self) -> str:
        found = KINDS.get(self.kind)
        return found.label if found else self.kind

    def clean(self) -> None:
        """Only places that exist, and all that are needed, each fault at its field."""
        found = KINDS.get(self.kind)
        if found is None:
            return
        faults = {"subject": found.fault(self.subject, is_subject=True), "body": found.fault(self.body)}
        told = {field: fault for field, fault in faults.items() if fault}
        if told:
            raise ValidationError(told)
