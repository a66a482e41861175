"""To whom an issued letter went, and who opened it first."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from proposals.models import Bureau, Proposer
from replies.models.replies import Reply


class Delivery(models.Model):
    """One copy of an issued letter: to a proposer (主送), or to somebody of the copies list (抄送). ``name`` is as the
    letter says it; ``bureau`` is empty for a name that is no bureau of the portal, whose reading nobody can record."""

    reply = models.ForeignKey(Reply, models.PROTECT, related_name="deliveries", verbose_name="答复")
    proposer = models.ForeignKey(Proposer, models.PROTECT, null=True, blank=True, related_name="+")
    bureau = models.ForeignKey(Bureau, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField("收件", max_length=80)
    delivered_at = models.DateTimeField("送达时间")
    read_at = models.DateTimeField("首次打开", null=True, blank=True)
    read_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "送达"
        ordering = ("reply_id", "id")
        constraints = [
            models.UniqueConstraint(fields=("reply", "proposer", "name"), name="delivery_once"),
            models.CheckConstraint(
                condition=Q(proposer__isnull=True) | Q(bureau__isnull=True), name="delivery_to_one_addressee"
            ),
            models.CheckConstraint(
                condition=Q(read_at__isnull=True, read_by__isnull=True)
                | Q(read_at__isnull=False, read_by__isnull=False),
                name="delivery_read_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_copy(self) -> bool:
        """True for 抄送, false for 主送."""
        return self.proposer_id is None
