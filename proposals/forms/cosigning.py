"""Forms of co-signing: whom to invite, and the answer of the invited."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db.models import Q

from proposals.forms.fields import SEARCH_SHOWS, DayField, LineField, PlainTextField, is_id
from proposals.models import Proposer
from proposals.services.cosigning import MESSAGE_MAX, OPINION_MAX, REASON_MAX, Wanted, invitable
from proposals.workflow_cosigning import LIVE


class InviteForm(forms.Form):
    """Single members that the search found, a whole sector, a whole group; a word to them and a day."""

    use_required_attribute = False

    find = forms.CharField(label="查找委员（姓名、界别或委员编号）", required=False, max_length=50)
    members = forms.TypedMultipleChoiceField(
        label="查到的委员", coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    sector = forms.ChoiceField(label="整个界别", required=False)
    group = forms.ChoiceField(label="整个委员小组", required=False)
    message = LineField(label="附言", most=MESSAGE_MAX, required=False, help_text="受邀人会看到，最多 200 字。")
    due_on = DayField(label="请在哪天前答复", required=False, help_text="留空则按本届的规则计算。")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("sector", "group"):
            field = cast(forms.ChoiceField, self.fields[name])
            known = invitable().exclude(**{name: ""}).order_by(name).values_list(name, flat=True).distinct()
            field.choices = [("", "（不选）"), *((one, one) for one in known)]
        members = cast(forms.TypedMultipleChoiceField, self.fields["members"])
        members.choices = self._found()

    def _found(self) -> list[tuple[int, str]]:
        """Those ticked already, then those the words find."""
        ticked = [int(pk) for pk in self["members"].value() or [] if is_id(pk)]
        rows = list(invitable().filter(pk__in=ticked).order_by("name", "id"))
        words = str(self["find"].value() or "").replace("\x00", "").split()[:5]
        if words:
            found = invitable().exclude(pk__in=ticked)
            for word in words:
                found = found.filter(
                    Q(name__icontains=word) | Q(sector__icontains=word) | Q(member_number__startswith=word)
                )
            rows += list(found.order_by("name", "id")[:SEARCH_SHOWS])
        return [(row.pk, _described(row)) for row in rows]

    def wanted(self) -> Wanted:
        """What was chosen, as the service takes it. Only after ``is_valid``."""
        data = self.cleaned_data
        return Wanted(
            proposer_ids=data["members"],
            sector=data["sector"],
            group=data["group"],
            message=data["message"],
            due_on=data["due_on"],
        )


class AnswerForm(forms.Form):
    """The answer of the invited: an opinion with the signature, or a reason with the refusal; both may be left out."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    opinion = PlainTextField(
        label="附议意见", most=OPINION_MAX, lines=3, required=False, help_text="同意联名时可写，发起人会看到。"
    )
    reason = LineField(
        label="不参加的理由", most=REASON_MAX, required=False, help_text="不参加时可写，也可不写；只有发起人看到。"
    )


class JoinForm(forms.Form):
    """The signature of a member whom nobody asked."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    opinion = PlainTextField(
        label="附议意见", most=OPINION_MAX, lines=3, required=False, help_text="可写，也可不写；发起人会看到。"
    )


class TakeBackForm(forms.Form):
    """What the initiator was shown of the invitation he takes back."""

    seen = forms.ChoiceField(widget=forms.HiddenInput, choices=[(s.value, s.label) for s in LIVE])


def _described(member: Proposer) -> str:
    more = "，".join(part for part in (member.sector, member.group, member.member_number) if part)
    return f"{member.name}（{more}）" if more else member.name
