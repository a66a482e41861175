"""The form in which a person chooses a new password."""

from __future__ import annotations

from django.contrib.auth import authenticate
from django.contrib.auth.forms import PasswordChangeForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict

from proposals.models import User


class OwnPasswordForm(PasswordChangeForm):
    """Django's form, except that a wrong present password counts as a failed log-in of that name from that address:
    otherwise somebody at an unlocked screen could try passwords without end."""

    def __init__(self, request: HttpRequest, user: User, data: QueryDict | None) -> None:
        super().__init__(user, data)
        self._request = request
        self.fields["old_password"].label = "现在的密码"

    def clean_old_password(self) -> str:
        """The present password, asked for as the log-in page asks."""
        old: str = self.cleaned_data["old_password"]
        if authenticate(self._request, username=self.user.get_username(), password=old) != self.user:
            raise ValidationError(self.error_messages["password_incorrect"], code="password_incorrect")
        return old
