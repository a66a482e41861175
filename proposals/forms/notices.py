"""The form in which a person says how notices come by mail."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django import forms

from proposals.forms.fields import LineField
from proposals.models import Channel, NoticeMail

MOBILE = re.compile(r"1[3-9][0-9]{9}")


class NoticeMailForm(forms.Form):
    """One choice out of three, and an address for each of ``gateways`` that this installation has."""

    choice = forms.ChoiceField(
        label="通知邮件",
        choices=NoticeMail.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择一种。", "invalid_choice": "没有这一种，请重新选择。"},
    )

    def __init__(self, *args: Any, gateways: Iterable[Channel] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.gateways = tuple(gateways)
        for channel in self.gateways:
            what, how = ("手机号", "发短信") if channel == Channel.SMS else ("账号", f"发到{channel.label}")
            self.fields[channel.value] = LineField(
                label=f"{channel.label}{what}",
                required=False,
                most=64,
                help_text=f"填写后，期限提醒同时{how}；清空就不再发。",
            )

    def clean(self) -> dict[str, Any]:
        """An address is one word; a phone number has eleven digits."""
        for channel in self.gateways:
            given = self.cleaned_data.get(channel.value, "")
            if channel == Channel.SMS and given and not MOBILE.fullmatch(given):
                self.add_error(channel.value, "请填写11位手机号。")
            elif re.search(r"\s", given):
                self.add_error(channel.value, "账号里不能有空格。")
        return self.cleaned_data

    def addresses(self) -> dict[Channel, str]:
        """What was entered, by gateway; empty: not wanted."""
        return {channel: self.cleaned_data[channel.value] for channel in self.gateways}
