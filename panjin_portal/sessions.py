"""The session engine: Django's, in the database, on rows that know whose session they hold."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db

from panjin_portal.lib.clock import SHANGHAI
from proposals.models import User
from proposals.models.logins import ADDRESS, BEGUN, BROWSER, SEEN, Login


class SessionStore(db.SessionStore):
    """Fills the columns of ``Login`` from the session whenever it is written.

    ``holder``: the person whose session was read, for his row comes in the same query as the session's.
    """

    holder: User | None = None

    @classmethod
    def get_model_class(cls) -> type[Login]:
        """The rows of this engine."""
        return Login

    def _get_session_from_db(self) -> Login | None:
        row: Login | None = super()._get_session_from_db()  # type: ignore[misc]
        self.holder = row.user if row else None  # read along: ``Login.objects``
        return row

    def create_model_instance(self, data: dict[str, Any]) -> Login:
        """The row as it is to be stored; whose it is is told by the session Django itself trusts."""
        row = super().create_model_instance(data)
        assert isinstance(row, Login)
        row.user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        row.begun_at, row.seen_at = _moment(data.get(BEGUN)), _moment(data.get(SEEN))
        row.address, row.browser = data.get(ADDRESS, ""), data.get(BROWSER, "")
        return row


def _moment(seconds: object) -> datetime | None:
    return datetime.fromtimestamp(seconds, SHANGHAI) if isinstance(seconds, int) else None
