"""What is wrong with a form, in words for the person before it."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.forms import BaseForm, BoundField

STALE = "页面已过期，请刷新页面后再办。"


def hidden_errors(form: BaseForm | None) -> list[str]:
    """What is wrong with what the page itself carries, each sentence once. Nobody typed it, so Django's words about it
    ("Version：输入整数。") help nobody; what the form or a step says of it in words of its own stands."""
    if form is None:  # a page of rows alone
        return []
    said = (
        STALE if _is_stock(field, error) else " ".join(map(str, error.messages))
        for field in form.hidden_fields()
        for error in field.errors.as_data()
    )
    return list(dict.fromkeys(said))


def first_fault(form: BaseForm) -> str:
    """One sentence about an invalid ``form``, for the answer to an autosave."""
    shown = (str(sentence) for field in form.visible_fields() for sentence in field.errors)
    return next(iter([*form.non_field_errors(), *shown, *hidden_errors(form)]), "有内容需要更正")


def _is_stock(field: BoundField, error: ValidationError) -> bool:
    """Whether ``error`` is in the words of Django: those of a kind of field, or of a validator."""
    if not error.code:
        return False
    stock: dict[str, object] = {}
    for kind in reversed(type(field.field).__mro__):
        stock.update(getattr(kind, "default_error_messages", {}))
    return field.field.error_messages.get(error.code) == stock.get(error.code)
