"""Rules for a new password beyond Django's own. They speak when a password is set, never at log-in."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

KINDS_NEEDED = 3
FEWEST_CHARACTERS = 10


def kinds_of(password: str) -> set[str]:
    """Which kinds of characters stand in ``password``: upper, lower, other letters (Chinese), digits, signs."""
    return {_kind(character) for character in password}


def _kind(character: str) -> str:
    if character.isdigit():
        return "digit"
    if character.isalpha():
        return "upper" if character.isupper() else "lower" if character.islower() else "letter"
    return "sign"


class LongEnoughValidator:
    """At least ten characters. Django's own says so in English only."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError for a shorter one."""
        if len(password) < FEWEST_CHARACTERS:
            raise ValidationError(self.get_help_text(), code="password_too_short")

    def get_help_text(self) -> str:
        """The rule in one sentence."""
        return f"至少 {FEWEST_CHARACTERS} 个字符。"


class ThreeKindsValidator:
    """At least three kinds of characters, Chinese ones being a kind of their own."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError with what is missing."""
        if len(kinds_of(password)) < KINDS_NEEDED:
            raise ValidationError(self.get_help_text(), code="password_too_plain")

    def get_help_text(self) -> str:
        """The rule in one sentence."""
        return "大写字母、小写字母、数字、符号、汉字五类中至少要有三类。"


class AnotherPasswordValidator:
    """A new password is not the old one."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError when ``password`` is the one ``user`` has now."""
        if user is not None and user.pk and user.has_usable_password() and user.check_password(password):
            raise ValidationError(self.get_help_text(), code="password_unchanged")

    def get_help_text(self) -> str:
        """The rule in one sentence."""
        return "不能与现在的密码相同。"
