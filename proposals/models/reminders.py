"""Ledger of reminders, the messages that carry them, and notices in the portal."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from proposals.models.checks import not_blank
from proposals.models.deadlines import Deadline
from proposals.models.proposals import Proposal
from proposals.occasions import occasion_words


class DeliveryState(models.TextChoices):
    PENDING = "pending", "待发送"
    SENT = "sent", "已发送"
    FAILED = "failed", "发送失败"


class Channel(models.TextChoices):
    """Ways to a person."""

    PORTAL = "portal", "平台通知"
    MAIL = "mail", "邮件"
    WECOM = "wecom", "企业微信"
    DINGTALK = "dingtalk", "钉钉"
    SMS = "sms", "短信"


GATEWAYS = (Channel.WECOM, Channel.DINGTALK, Channel.SMS)
MESSAGES = [(channel.value, channel.label) for channel in Channel if channel is not Channel.PORTAL]


class OutgoingMail(models.Model):
    """One message to one person over one channel, mail as a rule. ``message_id`` is fixed at creation: a repeated
    delivery is recognisable as such."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    channel = models.CharField("渠道", max_length=8, choices=MESSAGES, default=Channel.MAIL)
    message_id = models.CharField(max_length=120, unique=True)
    subject = models.CharField("主题", max_length=200)
    body = models.TextField("正文")
    state = models.CharField("状态", max_length=8, choices=DeliveryState.choices, default=DeliveryState.PENDING)
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    next_try_at = models.DateTimeField("下次尝试")
    last_error = models.CharField("最近错误", max_length=200, blank=True)
    created_at = models.DateTimeField("生成时间")
    sent_at = models.DateTimeField("发送时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "待发消息"
        ordering = ("-id",)
        constraints = [not_blank("message_id", "mail_message_id_not_blank")]
        indexes = [models.Index(fields=("state", "next_try_at"), name="mail_state_next_try")]

    def __str__(self) -> str:
        return self.subject


class Reminder(models.Model):
    """One reminder of one deadline to one person over one channel; the constraint makes it exactly one."""

    deadline = models.ForeignKey(Deadline, models.CASCADE, related_name="reminders", verbose_name="期限")
    deadline_version = models.PositiveIntegerField("期限版本")
    occasion = models.CharField("时点", max_length=16)  # as ``proposals.occasions`` writes it
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    channel = models.CharField("渠道", max_length=8, choices=Channel.choices)
    mail = models.ForeignKey(
        OutgoingMail, models.PROTECT, null=True, blank=True, related_name="reminders", verbose_name="邮件"
    )
    claimed_at = models.DateTimeField("生成时间")

    class Meta:
        verbose_name = verbose_name_plural = "提醒"
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=("deadline", "deadline_version", "occasion", "recipient", "channel"),
                name="reminder_exactly_once",
            )
        ]

    def __str__(self) -> str:
        return f"{occasion_words(self.occasion)} {self.get_channel_display()}"


class Notice(models.Model):
    """A line in a person's notice list in the portal, which goes out once by mail too (``awaits_mail`` until then).

    ``case``: what it is about; None where it is about no case, or is told also to who may not open it.
    """

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    text = models.CharField("内容", max_length=300)
    link = models.CharField("页面", max_length=200)
    reminder = models.OneToOneField(
        Reminder, models.CASCADE, null=True, blank=True, related_name="notice", verbose_name="提醒"
    )
    kind = models.CharField("通知", max_length=40, blank=True, editable=False)
    subject = models.CharField("邮件主题", max_length=100, blank=True, editable=False)
    case = models.ForeignKey(
        Proposal, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="提案", db_index=False
    )
    awaits_mail = models.BooleanField("待发邮件", default=False, editable=False)
    # One column, so one mail: a notice cannot name two.
    mail = models.ForeignKey(
        OutgoingMail, models.PROTECT, null=True, blank=True, related_name="notices", verbose_name="邮件", db_index=False
    )
    created_at = models.DateTimeField("时间")
    read_at = models.DateTimeField("已读", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "通知"
        ordering = ("-id",)
        constraints = [
            not_blank("text", "notice_text_not_blank"),
            models.CheckConstraint(
                condition=models.Q(awaits_mail=False) | models.Q(mail__isnull=True), name="notice_mailed_once"
            ),
        ]
        indexes = [
            models.Index(fields=("recipient",), condition=models.Q(read_at__isnull=True), name="notice_unread"),
            models.Index(fields=("recipient",), condition=models.Q(awaits_mail=True), name="notice_awaits_mail"),
        ]

    def __str__(self) -> str:
        return self.text
