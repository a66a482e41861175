"""Who may propose (DOMAIN 1.2): members, parties, organisations, committees, sectors and groups."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

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
        AREA_GROUP = "area_group", "地区活动组"
        SENIOR_MEMBER = "senior_member", "在本地的上级政协委员"

    kind = models.CharField("类别", max_length=20, choices=Kind.choices)
    name = models.CharField("名称", max_length=80, db_index=True)
    sector = models.CharField("界别", max_length=40, blank=True, help_text="委员所在的界别")
    group = models.CharField("组别", max_length=40, blank=True, help_text="委员所在的委员小组")
    member_number = models.CharField("委员编号", max_length=20, blank=True)
    workplace = models.CharField("工作单位及职务", max_length=120, blank=True)
    head = models.CharField(
        "召集人或组长", max_length=40, blank=True, help_text="界别、委员小组、地区活动组：由谁代表签名"
    )
    contact_person = models.CharField("联系人", max_length=40, blank=True)
    phone = models.CharField("联系电话", max_length=40, blank=True)
    address = models.CharField("通讯地址", max_length=200, blank=True)
    postcode = models.CharField(
        "邮政编码",
        max_length=6,
        blank=True,
        validators=[RegexValidator(r"^\d{6}$", "邮政编码是六位数字。")],
    )
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
        return self.kind not in PERSONS

    @property
    def has_head(self) -> bool:
        """True for those in whose name a convenor or group head signs (DOMAIN 1.2)."""
        return self.kind in LED_BY_A_HEAD


PERSONS = (Proposer.Kind.MEMBER.value, Proposer.Kind.SENIOR_MEMBER.value)
LED_BY_A_HEAD = (Proposer.Kind.SECTOR.value, Proposer.Kind.GROUP.value, Proposer.Kind.AREA_GROUP.value)


class ProposerRule(models.Model):
    """What is asked of the proposals of one kind of proposer; the first proposer decides. A kind without a row is asked
    nothing. Lengths count the characters of the three parts, blanks and line ends aside (DOMAIN 1.3)."""

    kind = models.CharField("提案者类别", max_length=20, choices=Proposer.Kind.choices, unique=True)
    advised_length = models.PositiveIntegerField(
        "建议字数", null=True, blank=True, help_text="正文超过时提醒，仍可提交；留空则不提醒"
    )
    most_length = models.PositiveIntegerField(
        "最多字数", null=True, blank=True, help_text="正文超过时不能提交；留空则不限"
    )
    needs_signed_page = models.BooleanField(
        "代录须附签章页", default=False, help_text="提案委代录的，提交前须上传盖章或签名页的扫描件"
    )

    class Meta:
        verbose_name = verbose_name_plural = "提案者规则"
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(advised_length__isnull=True) | Q(advised_length__gte=1), name="advised_length_from_one"
            ),
            models.CheckConstraint(
                condition=Q(most_length__isnull=True) | Q(most_length__gte=1), name="most_length_from_one"
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
