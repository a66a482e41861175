"""Fields and the inside of their controls as plain strings, for the templates of ``templates/django/forms``: a filter
has eighteen fields and some hundred options, and drawing them by templates took a third of its page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe

from proposals.forms.faults import hidden_errors

register = template.Library()
register.filter(hidden_errors)

_OPTIONAL = mark_safe('<span class="optional">（选填）</span>')
_SOMETIMES = mark_safe('<span class="optional">（视情况必填）</span>')
_NOTHING = mark_safe("")
_DRAWN: dict[tuple[Any, ...], SafeString] = {}
MOST_DRAWN = 1000
# As ``BoundWidget`` and ``Select.optgroups`` give them: name of the group or None, its options, its place.
Group = tuple[str | None, list[dict[str, Any]], int]


@register.simple_tag
def field_group(field: BoundField) -> SafeString:
    """Label, help, error, control: the one shape of a field, for ``form.as_div`` and ``form.x.as_field_group`` alike.

    Django puts aria-describedby and aria-invalid on the control; a group of choices carries them on its fieldset.
    """
    is_group, errors, described = field.use_fieldset, field.errors, _NOTHING
    if is_group and field.aria_describedby:
        described = format_html(' aria-describedby="{}"', field.aria_describedby)
    classes = " ".join(filter(None, ("field", "has-error" if errors else "", field.css_classes())))
    said = errors.render() if errors else _NOTHING
    helped = (
        format_html('<div class="helptext" id="{}_helptext">{}</div>', field.auto_id, field.help_text)
        if field.help_text
        else _NOTHING
    )
    if field.widget_type == "checkbox":
        named = format_html('<label for="{}">{}</label>', field.id_for_label, field.label)
        inside = format_html('{}\n<div class="check">{}{}</div>\n{}', said, str(field), named, helped)
    else:
        optional = _NOTHING if field.field.required else _how_optional(field)
        named = (
            format_html("<legend>{}{}</legend>", field.label, optional)
            if is_group
            else format_html('<label for="{}">{}{}</label>', field.id_for_label, field.label, optional)
        )
        inside = format_html("{}\n{}\n{}\n{}", named, helped, said, str(field))
    tag = "fieldset" if is_group else "div"
    return format_html('<{tag}{} class="{}">\n{}\n</{tag}>', described, classes, inside, tag=tag)


def _how_optional(field: BoundField) -> SafeString:
    """A form names in ``needed_sometimes`` the fields that one of its choices demands; their help says which."""
    return _SOMETIMES if field.name in getattr(field.form, "needed_sometimes", ()) else _OPTIONAL


@register.simple_tag
def top_errors(form: BaseForm) -> SafeString:
    """The list above the fields: what concerns the whole form, and what is wrong with what is hidden."""
    listed = form.non_field_errors().copy()
    listed.extend(hidden_errors(form))
    return listed.render() if listed else _NOTHING


@register.simple_tag
def filter_field(field: BoundField) -> SafeString:
    """The same for a filter, whose fields say the same on nearly every page: the same choices, nothing chosen. Such a
    field is drawn once in the life of the process; all that is drawn is in its key, so it cannot grow old."""
    value, choices = field.value(), tuple(getattr(field.field, "choices", ()))
    if field.errors or (value and not choices):
        return field_group(field)
    widget = field.field.widget
    key = (field.html_name, field.auto_id, field.label, field.help_text, field.field.required, value, choices)
    key = (*key, type(widget), *widget.attrs.items())
    drawn = _DRAWN.get(key)
    if drawn is None:
        if len(_DRAWN) >= MOST_DRAWN:
            _DRAWN.clear()
        drawn = _DRAWN[key] = field_group(field)
    return drawn


@register.simple_tag
def attributes(attrs: Mapping[str, Any]) -> SafeString:
    """`` name="value"`` for each; a name alone where the value is True, nothing where it is False. No ``maxlength``: a
    browser cuts what is pasted without a word, the form says what is too long and keeps it."""
    said = ((name, value) for name, value in attrs.items() if value is not False and name != "maxlength")
    return mark_safe("".join(_attribute(name, value) for name, value in said))


@register.simple_tag
def options(groups: Iterable[Group]) -> SafeString:
    """All options of a select box, in their groups."""
    parts: list[str] = []
    for label, found, _ in groups:
        if label:
            parts.append(f'<optgroup label="{escape(label)}">')
        for one in found:
            attrs = attributes(one["attrs"]) if one["attrs"] else ""
            parts.append(f'<option value="{escape(one["value"])}"{attrs}>{conditional_escape(one["label"])}</option>')
        if label:
            parts.append("</optgroup>")
    return mark_safe("".join(parts))


def _attribute(name: str, value: Any) -> str:
    return f" {escape(name)}" if value is True else f' {escape(name)}="{conditional_escape(str(value))}"'
