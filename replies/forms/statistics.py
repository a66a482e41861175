"""Which cases the statistics count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django import forms

from proposals.models import Bureau, Session

ALL = "all"


class ScopeForm(forms.Form):
    """Session (the newest unless another is chosen) and bureau, out of lists that were loaded once."""

    session = forms.ChoiceField(label="届次", required=False)
    bureau = forms.ChoiceField(label="承办单位", required=False)

    def __init__(self, asked: Mapping[str, str], sessions: Sequence[Session], bureaus: Sequence[Bureau]) -> None:
        self.sessions = {str(one.pk): one for one in sessions}
        self.bureaus = {str(one.pk): one for one in bureaus}
        newest = str(sessions[0].pk) if sessions else ALL
        super().__init__({"session": asked.get("session") or newest, "bureau": asked.get("bureau", "")})
        self._offer("session", (ALL, "全部届次"), self.sessions)
        self._offer("bureau", ("", "全部单位"), self.bureaus)

    def chosen(self) -> tuple[Session | None, Bureau | None]:
        """Session and bureau; None: all. A value that makes no sense shows its error and narrows nothing."""
        self.is_valid()
        given = self.cleaned_data
        return self.sessions.get(given.get("session", "")), self.bureaus.get(given.get("bureau", ""))

    def _offer(self, name: str, first: tuple[str, str], rows: Mapping[str, object]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [first, *((key, str(row)) for key, row in rows.items())]
