"""The form of one line of the answer matrix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django import forms

from proposals.forms.fields import DayField
from proposals.models import Bureau, ResultClass
from replies.answer_matrix import Line
from replies.forms.fields import PlainLineField
from replies.services.matrix import LineText


class LineForm(forms.Form):
    """One ask; the prefix is ``a`` and its key."""

    needed_sometimes = frozenset({"explanation"})

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    result_class = forms.TypedChoiceField(label="办理结果", required=False, coerce=int, empty_value=None)
    bureau = forms.TypedChoiceField(label="责任单位", required=False, coerce=int, empty_value=None)
    outcome = PlainLineField(label="办理情况", required=False, max_length=200, help_text="一句话说明办得怎样。")
    promise = PlainLineField(
        label="承诺", required=False, max_length=300, help_text="还没办完的，写明承诺办成什么；印发后进入承诺台账。"
    )
    promise_due = DayField(label="完成日期", required=False)
    promise_phase = PlainLineField(
        label="或完成阶段", required=False, max_length=60, help_text="没有确定日期的写阶段，如“明年上半年”。"
    )
    no_promise_reason = PlainLineField(label="没有承诺的理由", required=False, max_length=300)
    explanation = PlainLineField(
        label="未回应的说明", required=False, max_length=300, help_text="没有段落回应这条建议时必填。"
    )

    def __init__(
        self,
        data: Mapping[str, str] | None = None,
        *,
        line: Line,
        classes: Sequence[ResultClass],
        bureaus: Sequence[Bureau],
    ) -> None:
        initial = {
            "version": line.version,
            "result_class": line.class_id,
            "bureau": line.bureau_id,
            "outcome": line.outcome,
            "promise": line.promise,
            "promise_due": line.due_on,
            "promise_phase": line.phase,
            "no_promise_reason": line.no_promise_reason,
            "explanation": line.explanation,
        }
        super().__init__(data, initial=initial, prefix=f"a{line.ask}")
        self._offer("result_class", "（与全案相同）", [(one.pk, str(one)) for one in classes])
        self._offer("bureau", "（答复单位）", [(one.pk, one.short_name) for one in bureaus])
        if line.sections or not line.ask:
            del self.fields["explanation"]

    def text(self) -> LineText:
        """What was entered, as the service takes it."""
        data = self.cleaned_data
        return LineText(
            result_class_id=data["result_class"],
            outcome=data["outcome"],
            bureau_id=data["bureau"],
            promise=data["promise"],
            promise_due=data["promise_due"],
            promise_phase=data["promise_phase"],
            no_promise_reason=data["no_promise_reason"],
            explanation=data.get("explanation", ""),
        )

    def _offer(self, name: str, nothing: str, rows: list[tuple[int, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", nothing), *rows]
