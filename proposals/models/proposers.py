"""Who may propose (DOMAIN 1.2): members, parties, organisations, committees, sectors and groups."""

from __future__ import annotations

from django.db import models

from proposals.models.checks import not_blank


class Proposer(models.Model):
    """A member or an organisation whose name stands under a proposal."""

    class Kind(models.TextChoices):
        MEMBER = "member", "委员"
        PARTY = "party", "党派、工商联"
        MASS_ORGANISATION = "mass_organisation", "人民团体"
        SPECIAL_COMMITTEE = "special_committee", "专门委员会"
        SECTOR = "sector", "界别"
        GROUP = "group", "委员小组"

    kind = models.CharField("类别", max_length=20, choices=Kind.choices)
    name = models.CharField("名称", max_length=80, db_index=True)
    sector = models.CharField("界别", max_length=40, blank=True)
    member_number = models.CharField("委员编号", max_length=20, blank=True)
    workplace = models.CharField("工作单位及职务", max_length=120, blank=True)
    contact_person = models.CharField("联系人", max_length=40, blank=True)
    phone = models.CharField("联系电话", max_length=40, blank=True)
    address = models.CharField("通讯地址", max_length=200, blank=True)
    email = models.EmailField("电子邮箱", blank=True)
    is_active = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "提案者"
        ordering = ("name", "id")
        constraints = [
            not_blank("name", "proposer_name_not_blank"),
            models.UniqueConstraint(
                fields=("kind", "name", "member_number"),
                name="proposer_once",
                violation_error_message="这位提案者已经登记过。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_organisation(self) -> bool:
        """True for collective proposers, addressed as 你们 rather than 您 (DOMAIN 2.1)."""
        return self.kind != self.Kind.MEMBER
