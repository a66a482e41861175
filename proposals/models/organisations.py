"""Bureaus that answer, and the two offices that file and assign."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models

from proposals.models.checks import not_blank, one_of


class Bureau(models.Model):
    """One unit of the city: a handling bureau (承办单位) or one of the two offices that steer the work."""

    class Kind(models.TextChoices):
        BUREAU = "bureau", "承办单位"
        COMMITTEE = "committee", "政协提案委"
        SUPERVISION = "supervision", "政府督查室"

    class SealUse(models.TextChoices):
        NONE = "none", "不加盖印章"
        STAMP = "stamp", "加盖印章"

    class LetterForm(models.TextChoices):
        LETTER = "letter", "信函格式"
        DOCUMENT = "document", "文件格式"

    kind = models.CharField("类别", max_length=16, choices=Kind.choices, default=Kind.BUREAU)
    name = models.CharField("全称", max_length=80, unique=True, help_text="信函标志和落款用的全称，如 盘锦市司法局")
    short_name = models.CharField("简称", max_length=30, unique=True, help_text="列表里用的简称，如 司法局")
    code = models.CharField(
        "代码",
        max_length=16,
        unique=True,
        validators=[RegexValidator(r"^[a-z][a-z0-9]{1,15}$", "代码用小写字母开头，只含小写字母和数字。")],
        help_text="索引号用，如 sfj",
    )
    document_word = models.CharField("机关代字", max_length=20, blank=True, help_text="发文字号用，如 盘司函")
    letterhead = models.CharField("发文机关标志", max_length=80, blank=True, help_text="留空则用全称")
    letter_form = models.CharField(
        "公文格式",
        max_length=8,
        choices=LetterForm.choices,
        default=LetterForm.LETTER,
        # Papers printed on demand are not kept, so they follow the choice at once.
        help_text="答复函、会办意见、跟踪答复按此格式印制，已经签发的不变；"
        "交办通知、催办通知书、督办通知书随时印制，按现在所选的格式。",
    )
    printing_office = models.CharField(
        "印发机关", max_length=80, blank=True, help_text="只用于文件格式的版记，留空则用全称加“办公室”"
    )
    seal_use = models.CharField(
        "用印",
        max_length=8,
        choices=SealUse.choices,
        default=SealUse.NONE,
        help_text="选“加盖印章”的，署名和成文日期按加盖印章的公文编排，留出盖章的位置；印章在纸上加盖，平台不印印章。"
        "已经签发的不变。",
    )
    duty_keywords = models.TextField(
        "职责关键词", blank=True, help_text="交办时据此提示承办单位，用空格或顿号隔开，如 执法 法律服务"
    )
    contact_person = models.CharField("联系人", max_length=40, blank=True)
    contact_phone = models.CharField("联系电话", max_length=40, blank=True)
    is_active = models.BooleanField("启用", default=True)
    position = models.PositiveSmallIntegerField("排序", default=100)

    class Meta:
        verbose_name = verbose_name_plural = "单位"
        ordering = ("position", "id")
        constraints = [
            one_of("letter_form", ["letter", "document"], "bureau_letter_form_known"),
            one_of("seal_use", ["none", "stamp"], "bureau_seal_use_known"),
            not_blank("name", "bureau_name_not_blank"),
            not_blank("short_name", "bureau_short_name_not_blank"),
            not_blank("code", "bureau_code_not_blank"),
            models.UniqueConstraint(
                fields=("document_word",),
                condition=~models.Q(document_word=""),
                name="bureau_document_word_unique",
                violation_error_message="这个机关代字已有单位在用。",
            ),
        ]

    def __str__(self) -> str:
        return self.short_name

    @property
    def masthead(self) -> str:
        """Text of the red letterhead: the own wording, or the full name (GB/T 9704 8.1)."""
        return self.letterhead or self.name

    @property
    def printed_by(self) -> str:
        """Who prints its papers (印发机关, GB/T 9704 7.4.3)."""
        return self.printing_office or f"{self.name}办公室"


class SealSample(models.Model):
    """A picture of a bureau's seal, for the preview inside the house only. No issued file is made from it."""

    bureau = models.OneToOneField(Bureau, models.CASCADE, related_name="seal_sample", verbose_name="单位")
    file = models.FileField("图片", upload_to="seals/", max_length=200)
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveIntegerField("字节数")

    class Meta:
        verbose_name = verbose_name_plural = "样章图片"

    def __str__(self) -> str:
        return f"{self.bureau}样章"
