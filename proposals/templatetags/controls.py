"""``{% attributes %}`` and ``{% options %}``: the inside of form controls as plain strings, for the control templates
of ``templates/django/forms``. A filter has some hundred options; a template's loop over them was a third of its page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

# As ``BoundWidget`` and ``Select.optgroups`` give them: name of the group or None, its options, its place.
Group = tuple[str | None, list[dict[str, Any]], int]


@register.simple_tag
def attributes(attrs: Mapping[str, Any]) -> SafeString:
    """`` name="value"`` for each; a name alone where the value is True, nothing where it is False."""
    return mark_safe("".join(_attribute(name, value) for name, value in attrs.items() if value is not False))


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
