"""Forms of the awards: opening one, nominating, naming judges, the ballot, the decision."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from panjin_portal.lib.clock import today
from proposals.forms.fields import DayField, LineField, PlainTextField
from proposals.models import Bureau, Post, Session, User
from replies.models import Award, AwardRule, Nomination
from replies.services.award_results import NOTE_MAX
from replies.services.awards import MOST_JUDGES, MOST_SEATS, NAME_MAX, REASON_MAX, Candidate

NAMES_MAX = MOST_JUDGES * (NAME_MAX + 1)


class OpenForm(forms.Form):
    """Which award of which session, how many win, and the two days."""

    session = forms.ModelChoiceField(Session.objects.all(), label="届次", empty_label=None)
    rule = forms.ModelChoiceField(AwardRule.objects.filter(is_active=True), label="奖项", empty_label=None)
    seats = forms.IntegerField(
        label="名额",
        min_value=1,
        max_value=MOST_SEATS,
        error_messages={"invalid": "请填写整数。"},
        help_text="优秀提案通常不超过立案数的 5 %。",
    )
    nominate_until = DayField(label="推荐截止日")
    judge_until = DayField(label="评议截止日")


class NominateForm(forms.Form):
    """What the award asks for to know the candidate, and why."""

    number = LineField(
        label="提案号", most=20, help_text="如 005。", error_messages={"required": "请填写提案号，如 005。"}
    )
    bureau = forms.ModelChoiceField(
        Bureau.objects.filter(kind=Bureau.Kind.BUREAU, is_active=True),
        label="承办单位",
        empty_label="请选择",
        error_messages={"required": "请选择承办单位。", "invalid_choice": "没有这个单位，请重新选择。"},
    )
    person = LineField(label="姓名", most=NAME_MAX, error_messages={"required": "请填写姓名。"})
    reason = PlainTextField(label="推荐理由", most=REASON_MAX, lines=5, error_messages={"required": "请写明推荐理由。"})

    def __init__(self, data: QueryDict | None, *, award: Award) -> None:
        super().__init__(data)
        subject = award.rule.subject
        unused = {
            AwardRule.Subject.PROPOSAL: ("bureau", "person"),
            AwardRule.Subject.BUREAU: ("number", "person"),
            AwardRule.Subject.PERSON: ("number",),
        }[AwardRule.Subject(subject)]
        for name in unused:
            del self.fields[name]

    def candidate(self) -> Candidate:
        """What was typed, for the service."""
        data = self.cleaned_data
        return Candidate(data.get("number", ""), data.get("bureau"), data.get("person", ""))


class JudgesForm(forms.Form):
    """The judges by name, one a line: each name must be that of one person who holds a post today."""

    judges = PlainTextField(label="评委姓名", most=NAMES_MAX, lines=8, help_text="一行一位，须有账号和生效的任职。")

    def clean_judges(self) -> list[User]:
        """The people; an unknown or an ambiguous name is refused by name."""
        names = list(dict.fromkeys(filter(None, (line.strip() for line in self.cleaned_data["judges"].splitlines()))))
        if len(names) > MOST_JUDGES:
            raise forms.ValidationError(f"评委最多 {MOST_JUDGES} 位。")
        held = Post.objects.held_on(today())
        found: dict[str, list[User]] = {name: [] for name in names}
        for person in User.objects.filter(display_name__in=names, pk__in=held.values("user")):
            found[person.display_name].append(person)
        unknown = [name for name, people in found.items() if not people]
        if unknown:
            raise forms.ValidationError(f"没有找到：{'、'.join(unknown)}。请核对姓名，或请系统管理员登记任职。")
        several = [name for name, people in found.items() if len(people) > 1]
        if several:
            raise forms.ValidationError(f"有不止一位：{'、'.join(several)}。请系统管理员把姓名登记得能区分。")
        return [people[0] for people in found.values()]


class BallotForm(forms.Form):
    """A box to tick for a yes, or a score, for each candidate."""

    def __init__(
        self, data: QueryDict | None, *, award: Award, candidates: list[Nomination], given: dict[int, int]
    ) -> None:
        self.by_votes = award.method == AwardRule.Method.VOTES
        self.candidates = candidates
        initial = {f"vote-{pk}": bool(value) if self.by_votes else value for pk, value in given.items()}
        super().__init__(data, initial=initial)
        for row in candidates:
            self.fields[f"vote-{row.pk}"] = self._field(row)

    def _field(self, row: Nomination) -> forms.Field:
        label, why = str(row), f"推荐理由：{row.reason}"
        if self.by_votes:
            return forms.BooleanField(label=f"同意：{label}", required=False, help_text=why)
        return forms.IntegerField(
            label=label,
            required=False,
            min_value=0,
            max_value=100,
            help_text=why,
            error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), "请打 0 至 100 的整数分。"),
        )

    def values(self) -> dict[int, int | None]:
        """Candidate (key) to what was given; a box that is not ticked is a no."""
        given: dict[str, Any] = self.cleaned_data
        return {
            row.pk: int(given[f"vote-{row.pk}"]) if given[f"vote-{row.pk}"] is not None else None
            for row in self.candidates
        }


class DecideForm(forms.Form):
    """The winners, ticked in a list that says how they were judged."""

    winners = forms.TypedMultipleChoiceField(
        label="入选",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "没有这一项，请重新勾选。"},
    )
    note = LineField(label="审定说明", most=NOTE_MAX, required=False, help_text="如 提案委全体会议审定。")

    def __init__(self, data: QueryDict | None, *, choices: list[tuple[int, str]]) -> None:
        super().__init__(data)
        field = self.fields["winners"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
