"""The connection to PostgreSQL: what is asked often is parsed and planned once.

A step of the portal is some twenty small statements, and planning them took the server longer than running them. So
values travel apart from the text (``server_side_binding``) and psycopg prepares what a connection asks for the sixth
time. Behind a pooler that hands each transaction to another connection it must be off: ``?prepare=no`` in the address.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, cast

from django.db.backends.postgresql import base, features, operations
from psycopg import NotSupportedError, ProgrammingError
from psycopg._preparing import Prepare, PrepareManager
from psycopg.abc import Params, Query
from psycopg.pq.abc import PGresult

MOST_VALUES = 65_535  # the protocol counts the values of a statement in two bytes
MOST_PREPARED = 400  # of one connection, the least used go; psycopg's own 100 are fewer than the portal has
CHANGES_TABLES = re.compile(rb"(DROP|ALTER|DISCARD ALL|DEALLOCATE ALL)\b").match
# What counts, groups or looks for words reads much for few answers. How much depends on the values (one bureau has
# five cases, another two thousand), so it is planned for them each time.
READS_MUCH = ("COUNT(", "GROUP BY", "portal_tokens(")


class Cursor(base.ServerBindingCursor):
    """Leaves statements that read much unprepared."""

    def execute(self, query: Query, params: Params | None = None, **options: Any) -> Any:
        """As psycopg's."""
        if isinstance(query, str) and any(word in query for word in READS_MUCH):
            options.setdefault("prepare", False)
        try:
            return super().execute(query, params, **options)  # type: ignore[misc]
        except (NotSupportedError, ProgrammingError):  # what was prepared may be of tables that are others by now
            prepared = cast(Any, self).connection._prepared
            if isinstance(prepared, Prepared):
                prepared.forget()
            raise


class Prepared(PrepareManager):
    """Outlives a transaction that is rolled back. psycopg forgets all a connection has prepared whenever something is
    taken back, for tables made meanwhile would be gone; the portal makes none, and each refused step is taken back.

    What changes tables still makes it forget, and so does a statement that fails because somebody else changed them.
    """

    def clear(self) -> bool:
        """Nothing: psycopg calls it when it takes a transaction back."""
        return False

    def forget(self) -> bool:
        """What psycopg does there."""
        return super().clear()

    def _should_discard(self, prep: Prepare, results: Sequence[PGresult], *matching: Any) -> bool:
        return any(CHANGES_TABLES(one.command_status or b"") for one in results) and self.forget()


class DatabaseFeatures(features.DatabaseFeatures):
    max_query_params = MOST_VALUES


class DatabaseOperations(operations.DatabaseOperations):
    def bulk_batch_size(self, fields: Sequence[Any], objs: Sequence[Any]) -> int:
        """As many rows as one statement can carry the values of."""
        return MOST_VALUES // max(1, len(fields))


class DatabaseWrapper(base.DatabaseWrapper):
    features_class = DatabaseFeatures
    ops_class = DatabaseOperations

    def get_connection_params(self) -> dict[str, Any]:
        """Django's, with our cursor where values travel apart."""
        params = super().get_connection_params()
        if params["cursor_factory"] is base.ServerBindingCursor:
            params["cursor_factory"] = Cursor
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Django's, with room for what the portal prepares."""
        connection = super().get_new_connection(conn_params)
        prepared = Prepared()  # psycopg offers no other way to say so; tests/setup look at what it does
        prepared.prepare_threshold = connection.prepare_threshold
        connection._prepared = prepared
        connection.prepared_max = MOST_PREPARED
        return connection
