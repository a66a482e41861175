"""Fields, errors and the error summary as Django's forms render them through our templates."""

import re

import pytest
from django import forms
from django.template.loader import render_to_string

from proposals.forms.faults import first_fault
from proposals.forms.fields import LineField


class Filing(forms.Form):
    title = forms.CharField(label="标题", help_text="六十字以内")
    note = forms.CharField(label="备注", required=False)
    consent = forms.ChoiceField(label="是否公开", widget=forms.RadioSelect, choices=[("y", "公开"), ("n", "不公开")])
    checked = forms.BooleanField(label="已核对")
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self) -> None:
        raise forms.ValidationError("本届提案收件已截止。")


@pytest.fixture
def refused() -> Filing:
    return Filing({"title": "", "consent": "x", "version": "3"})


def test_a_field_ties_help_and_error_to_its_control(refused: Filing) -> None:
    html = refused.as_div()
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'id="id_title_helptext">六十字以内' in html
    assert '<ul class="errorlist" id="id_title_error">' in html
    assert 'aria-invalid="true"' in html


def test_a_text_too_long_is_told_and_kept_and_not_cut_by_the_browser() -> None:
    class Short(forms.Form):
        name = forms.CharField(label="名称", max_length=4)
        title = LineField(label="案由", most=4)

    form = Short({"name": "超过四个字", "title": "也超过四个字"})
    html = form.as_div()
    assert "maxlength" not in html
    assert 'value="超过四个字"' in html
    assert 'value="也超过四个字"' in html
    assert set(form.errors) == {"name", "title"}


def test_a_single_field_and_the_whole_form_render_alike(refused: Filing) -> None:
    assert str(refused["title"].as_field_group()) in refused.as_div()


def test_a_field_that_may_stay_empty_says_so_and_a_required_one_does_not() -> None:
    html = Filing().as_div()
    assert re.search(r'备注<span class="optional">（选填）', html)
    assert not re.search(r'(标题|已核对)<span class="optional">', html)


def test_a_field_one_choice_demands_is_not_called_optional() -> None:
    class Decision(forms.Form):
        needed_sometimes = frozenset({"reason"})
        reason = forms.CharField(label="理由", required=False)

    assert '理由<span class="optional">（视情况必填）' in Decision().as_div()


def test_choices_stand_in_a_fieldset_with_a_legend() -> None:
    assert re.search(r"<fieldset[^>]*class=\"field\">\s*<legend>是否公开</legend>", Filing().as_div())


def test_the_summary_links_to_controls_that_exist(refused: Filing) -> None:
    summary = render_to_string("components/error_summary.html", {"form": refused})
    targets = re.findall(r'href="#([^"]+)"', summary)
    assert targets == ["id_title", "id_consent_0", "id_checked"]
    assert all(f'id="{target}"' in refused.as_div() for target in targets)
    assert "本届提案收件已截止。" in summary
    assert 'role="alert"' in summary


def test_a_form_without_errors_has_no_summary() -> None:
    assert not render_to_string("components/error_summary.html", {"form": Filing()}).strip()


def test_the_summary_names_the_row_of_a_formset() -> None:
    rows = forms.formset_factory(Filing)(
        {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "2", "form-0-title": "甲", "form-1-title": ""}
    )
    summary = render_to_string("components/error_summary.html", {"formset": rows})
    assert 'href="#id_form-1-title">第 2 行 标题' in summary


def test_words_typed_into_a_form_come_back_as_words() -> None:
    html = Filing({"title": "<script>alert(1)</script>"}).as_div()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize(
    "widget",
    [
        forms.Select(choices=[("", "全部"), ("a&b", "甲<乙>"), ("组", [(1, "“一”"), (2, "二")])]),
        forms.SelectMultiple(attrs={"class": "x&y", "hidden": True, "disabled": False}, choices=[(1, "一"), (2, "二")]),
        forms.DateInput(attrs={"placeholder": '"<年>"', "autofocus": True}),
    ],
)
def test_controls_are_those_of_django_but_for_blanks(widget: forms.Widget) -> None:
    """We write options and attributes without templates, to save time; not otherwise than Django does."""
    chosen = ["2"] if isinstance(widget, forms.SelectMultiple) else "2"

    ours = widget.render("name", chosen, {"id": "id_name"})
    theirs = widget.render("name", chosen, {"id": "id_name"}, renderer=forms.renderers.DjangoTemplates())

    assert re.sub(r">\s+<", "><", ours).strip() == re.sub(r">\s+<", "><", theirs).strip()


class Hidden(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    seen = forms.IntegerField(widget=forms.HiddenInput, error_messages={"required": "请看过报送的内容再审核。"})
    note = forms.CharField(label="备注", required=False)


@pytest.mark.parametrize("version", ["abc", "", "0", "1.5"])
def test_what_the_page_itself_carries_is_not_told_in_words_about_fields(version: str) -> None:
    form = Hidden({"version": version, "seen": "1"})
    for shown in (render_to_string("components/error_summary.html", {"form": form}), form.as_div()):
        assert shown.count("页面已过期，请刷新页面后再办。") == 1
        assert not re.search(r"[Vv]ersion：|整数|大于|必填|隐藏", shown)
    assert first_fault(form) == "页面已过期，请刷新页面后再办。"


def test_what_a_form_or_a_step_says_of_a_hidden_field_stands() -> None:
    form = Hidden({"version": "1", "seen": ""})
    form.add_error("version", "刚被同事改过。")
    summary = render_to_string("components/error_summary.html", {"form": form})
    assert "请看过报送的内容再审核。" in summary
    assert "刚被同事改过。" in summary
    assert "页面已过期" not in summary
