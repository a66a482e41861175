"""The filing form: a short one that begins a draft, the long one with its rows of asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict

from proposals.forms.fields import (
    BureausField,
    LineField,
    ManyFilesField,
    PartField,
    PlainTextField,
    ProposerField,
    is_id,
)
from proposals.models import Proposal, Proposer, Session, Topic
from proposals.services.content import (
    ASK_MAX,
    ASKS_MAX,
    PART_MAX,
    PARTS,
    PUBLICITY_REASON_MAX,
    RAISED_BEFORE_MAX,
    RESEARCH_MAX,
    TITLE_MAX,
    ProposalContent,
)

TITLE_HELP = "一般写成“关于……的建议”，最多 100 字。一事一案。"
PART_HELP = {
    "background": "情况和事实：现状如何，依据是什么。",
    "analysis": "问题在哪里，原因是什么。",
    "suggestions": "希望怎么做。可分条写，每条另起一行，如“1. ……”，下面可以自动分条。",
}


def open_sessions() -> QuerySet[Session]:
    """Sessions that take proposals, the newest first."""
    return Session.objects.filter(is_open=True)


class NewProposalForm(forms.Form):
    """Begin a draft: everything else is written on the next page, which saves by itself."""

    session = forms.ModelChoiceField(open_sessions(), label="届次", empty_label=None)
    kind = forms.ChoiceField(label="提案时间", choices=Proposal.Kind.choices, widget=forms.RadioSelect)
    title = LineField(label="案由", most=TITLE_MAX, help_text=TITLE_HELP, error_messages={"required": "请填写案由。"})
    proposer = forms.ModelChoiceField(
        Proposer.objects.none(), label="提案者", empty_label=None, widget=forms.RadioSelect, required=False
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    def __init__(self, *args: Any, own: QuerySet[Proposer] | None, **kwargs: Any) -> None:
        """``own``: the proposers the person acts for; None for staff, who choose on the next page."""
        super().__init__(*args, **kwargs)
        if own is None:
            del self.fields["proposer"]
        else:
            field = cast(forms.ModelChoiceField[Proposer], self.fields["proposer"])
            field.queryset = own
            field.required = True
            field.initial = own.first()

    def content(self) -> ProposalContent:
        """What was typed, as the service takes it."""
        data = self.cleaned_data
        proposer: Proposer | None = data.get("proposer")
        return ProposalContent(
            session_id=data["session"].pk,
            kind=data["kind"],
            title=data["title"],
            proposer_ids=(proposer.pk,) if proposer else (),
        )


class FilingForm(forms.Form):
    """Everything a proposal says, except its asks. Only the title must be there: a draft may be nearly empty."""

    needed_sometimes = frozenset({"publicity_reason"})

    use_required_attribute = False

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    signatures = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10_000, required=False)
    session = forms.ModelChoiceField(Session.objects.none(), label="届次", empty_label=None)
    kind = forms.ChoiceField(label="提案时间", choices=Proposal.Kind.choices, widget=forms.RadioSelect)
    title = LineField(label="案由", most=TITLE_MAX, help_text=TITLE_HELP, error_messages={"required": "请填写案由。"})
    proposers = ProposerField(label="提案者", required=False)
    find = forms.CharField(label="查找提案者", required=False, max_length=50)
    background = PartField(label=PARTS["background"], most=PART_MAX, lines=8, help_text=PART_HELP["background"])
    analysis = PartField(label=PARTS["analysis"], most=PART_MAX, lines=8, help_text=PART_HELP["analysis"])
    suggestions = PartField(label=PARTS["suggestions"], most=PART_MAX, lines=10, help_text=PART_HELP["suggestions"])
    topic = forms.ModelChoiceField(Topic.objects.none(), label="主题", required=False, empty_label="（未选）")
    suggested_bureaus = BureausField(label="建议承办单位", help_text="供交办时参考，由督查室决定。")
    publicity_consent = forms.TypedChoiceField(
        label="是否同意公开",
        choices=[("yes", "同意公开"), ("no", "不同意公开")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    publicity_reason = LineField(
        label="不同意公开的理由", most=PUBLICITY_REASON_MAX, required=False, help_text="不同意公开时必填，20 字以内。"
    )
    wants_meeting = forms.BooleanField(label="愿意与承办单位面商", required=False)
    may_excerpt = forms.BooleanField(label="同意摘编刊发", required=False)
    open_to_cosigning = forms.BooleanField(
        label="允许其他委员附议",
        required=False,
        help_text="勾选并写完正文后，其他委员在“可附议的提案”里能看到案由、正文和建议，可以自行附议；提交后不再列出。",
    )
    research = LineField(
        label="调研情况", most=RESEARCH_MAX, required=False, help_text="调研的方式和范围，200 字以内。"
    )
    raised_before = LineField(
        label="往届提出情况",
        most=RAISED_BEFORE_MAX,
        required=False,
        help_text="首次提出，或哪年提过、结果如何，100 字以内。",
    )
    signed_page = forms.FileField(
        label="签章页扫描件",
        required=False,
        help_text="代录的提案附提案者签名或盖章的那一页：pdf、jpg、png，不超过 20 MB，计入附件总数。",
    )
    attachments = ManyFilesField(
        label="添加附件",
        required=False,
        help_text="可一次选择多个：pdf、docx、doc、xlsx、jpg、png、txt，每个不超过 20 MB，总数不超过 10 个。",
    )

    def __init__(self, *args: Any, proposal: Proposal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sessions = open_sessions() | Session.objects.filter(pk=proposal.session_id)
        cast(forms.ModelChoiceField[Session], self.fields["session"]).queryset = sessions
        if not proposal.created_by_committee:
            del self.fields["signed_page"]
        topics = Topic.objects.filter(is_active=True) | Topic.objects.filter(pk=proposal.topic_id or 0)
        cast(forms.ModelChoiceField[Topic], self.fields["topic"]).queryset = topics.select_related("parent")
        words = str(self["find"].value() or "")
        cast(ProposerField, self.fields["proposers"]).offer(self["proposers"].value() or [], words)

    def content(self, asks: tuple[str, ...]) -> ProposalContent:
        """What was typed, with the asks of the rows, as the service takes it."""
        data = self.cleaned_data
        return ProposalContent(
            session_id=data["session"].pk,
            kind=data["kind"],
            title=data["title"],
            background=data["background"],
            analysis=data["analysis"],
            suggestions=data["suggestions"],
            topic_id=data["topic"].pk if data["topic"] else None,
            publicity_consent=data["publicity_consent"],
            publicity_reason=data["publicity_reason"],
            wants_meeting=data["wants_meeting"],
            may_excerpt=data["may_excerpt"],
            open_to_cosigning=data["open_to_cosigning"],
            research=data["research"],
            raised_before=data["raised_before"],
            proposer_ids=data["proposers"],
            asks=asks,
            suggested_bureau_ids=frozenset(bureau.pk for bureau in data["suggested_bureaus"]),
        )


def initial_of(content: ProposalContent, version: int) -> dict[str, Any]:
    """Values of ``FilingForm`` for a stored content."""
    return {
        "version": version,
        "session": content.session_id,
        "kind": content.kind,
        "title": content.title,
        "proposers": list(content.proposer_ids),
        "background": content.background,
        "analysis": content.analysis,
        "suggestions": content.suggestions,
        "topic": content.topic_id,
        "suggested_bureaus": sorted(content.suggested_bureau_ids),
        "publicity_consent": "yes" if content.publicity_consent else "no",
        "publicity_reason": content.publicity_reason,
        "wants_meeting": content.wants_meeting,
        "may_excerpt": content.may_excerpt,
        "open_to_cosigning": content.open_to_cosigning,
        "research": content.research,
        "raised_before": content.raised_before,
    }


def typed_values(data: QueryDict) -> dict[str, Any]:
    """What stands in the controls, unchecked: to show the form again after a step that is not a save."""
    return {
        name: field.widget.value_from_datadict(data, cast(Any, {}), name)
        for name, field in FilingForm.base_fields.items()
        if name not in ("attachments", "signed_page")
    }


class AskForm(forms.Form):
    """One row: an ask and, for re-ordering without a mouse or a script, its place."""

    text = PlainTextField(label="建议", most=ASK_MAX, lines=3, required=False)
    position = forms.IntegerField(
        label="次序",
        required=False,
        min_value=1,
        max_value=99,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )


class BaseAskFormSet(forms.BaseFormSet[AskForm]):
    """The rows together: blank and removed rows do not count."""

    def clean(self) -> None:
        if not any(self.errors) and len(self.asks()) > ASKS_MAX:
            raise ValidationError(f"建议最多 {ASKS_MAX} 条，现有 {len(self.asks())} 条，请合并相近的建议。")

    def asks(self) -> tuple[str, ...]:
        """The asks in the order of their places; rows without a place follow in the order of the page."""
        rows: list[tuple[float, int, str]] = []
        for index, form in enumerate(self.forms):
            data: Mapping[str, Any] = getattr(form, "cleaned_data", {})
            if data.get("text", "").strip() and not data.get("DELETE"):
                rows.append((data.get("position") or float("inf"), index, data["text"]))
        return tuple(text for _, _, text in sorted(rows))


AskFormSet = forms.formset_factory(
    AskForm, formset=BaseAskFormSet, extra=2, can_delete=True, max_num=ASKS_MAX + 10, absolute_max=ASKS_MAX + 30
)


def rows_of(asks: tuple[str, ...]) -> list[dict[str, Any]]:
    """Initial rows for stored asks."""
    return [{"text": text, "position": place} for place, text in enumerate(asks, start=1)]


def typed_rows(data: QueryDict) -> list[dict[str, Any]]:
    """The rows as they stand on the page, unchecked, without the blank ones."""
    total = data.get("asks-TOTAL_FORMS", "0")
    count = min(int(total), ASKS_MAX + 30) if is_id(total) else 0
    rows = [
        {
            "text": data.get(f"asks-{index}-text", ""),
            "position": data.get(f"asks-{index}-position", ""),
            "DELETE": bool(data.get(f"asks-{index}-DELETE")),
        }
        for index in range(count)
    ]
    return [row for row in rows if str(row["text"]).strip()]
