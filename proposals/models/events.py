"""The append-only event log, a keyed hash chain per proposal and one for the site (DESIGN section 3)."""

from __future__ import annotations

from typing import Any, NoReturn

from django.conf import settings
from django.db import models

from proposals.models.people import Post
from proposals.models.proposals import Proposal


class EventIsFinal(Exception):
    """Somebody tried to change or remove an event row."""


class EventQuerySet(models.QuerySet["Event"]):
    def update(self, **kwargs: Any) -> NoReturn:
        raise EventIsFinal("事件记录不能修改。")

    def delete(self) -> NoReturn:
        raise EventIsFinal("事件记录不能删除。")


class Event(models.Model):
    """One fact: who (person and post) did what when. ``hash`` seals the row and its predecessor."""

    proposal = models.ForeignKey(
        Proposal, models.PROTECT, null=True, blank=True, related_name="events", verbose_name="提案"
    )
    number = models.PositiveIntegerField("序号")
    kind = models.CharField("事项", max_length=40)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="人员"
    )
    post = models.ForeignKey(Post, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="岗位")
    at = models.DateTimeField("时间")
    text = models.TextField("内容")
    data = models.JSONField("数据", default=dict, blank=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "事件"
        ordering = ("proposal_id", "number")
        constraints = [
            models.UniqueConstraint(fields=("proposal", "number"), name="event_number_once"),
            models.UniqueConstraint(
                fields=("number",), condition=models.Q(proposal__isnull=True), name="site_event_number_once"
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise EventIsFinal("事件记录不能修改。")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise EventIsFinal("事件记录不能删除。")


class SiteChainHead(models.Model):
    """Head of the chain for facts that belong to no proposal (rules, posts, calendar). Exactly one row, id 1."""

    last_event_number = models.PositiveIntegerField(default=0)
    last_event_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "站点事件链"
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="site_chain_has_one_row")]

    def __str__(self) -> str:
        return f"第{self.last_event_number}条"
