"""Forms of the import: the file, and the signature as the original has it."""

from __future__ import annotations

from django import forms

from replies.services.importing import MAX_BYTES


class ImportForm(forms.Form):
    """A published page as a UTF-8 text file."""

    file = forms.FileField(
        label="答复网页的文本文件",
        help_text=f"UTF-8 编码的 .txt 文件，不超过 {MAX_BYTES // 1024 // 1024} MB；把已公开网页的全部文字另存即可。",
        widget=forms.ClearableFileInput(attrs={"accept": ".txt,text/plain"}),
        error_messages={"required": "请选择文件。", "empty": "文件是空的，请重新选择。"},
    )


class ConfirmImportForm(forms.Form):
    """Signed outside the portal on this day by this body."""

    signed_on = forms.DateField(
        label="原件签发日期",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="即原件落款的日期。",
        error_messages={"required": "请填写原件落款的日期。", "invalid": "请按 2022-08-18 的格式填写日期。"},
    )
    signed_by = forms.CharField(
        label="原件签发单位",
        max_length=300,
        help_text="照原件落款填写；多个单位用顿号隔开。",
        error_messages={"required": "请填写原件落款的单位。"},
    )
