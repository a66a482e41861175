"""What goes wrong in the year: runs cut short, a database that is gone, mail servers that refuse; chance says when."""

from __future__ import annotations

import smtplib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any
from unittest.mock import patch

from django.core.mail import EmailMessage
from django.db import OperationalError, connection

from proposals.services import digests, reminding


class Cut(Exception):
    """The worker died here."""


@contextmanager
def cut_after(people: int) -> Iterator[set[int]]:
    """A run dies when so many people have been told, in the middle of the next one; gives those it came to."""
    done: set[int] = set()
    tell, write = reminding._remind_person, digests.by_mail

    def told(user_id: int, *args: Any) -> int:
        if len(done) > people:  # who has no mail was told to the end
            raise Cut
        sent = tell(user_id, *args)
        done.add(user_id)
        return sent

    def dying(*args: Any) -> Any:
        if len(done) == people:
            raise Cut
        return write(*args)

    with patch.object(reminding, "_remind_person", told), patch.object(digests, "by_mail", dying):
        yield done


@contextmanager
def database_gone_after(statements: int) -> Iterator[set[int]]:
    """After so many statements of a run the database does not answer any more; gives those who had been told."""
    done: set[int] = set()
    tell = reminding._remind_person
    left = statements

    def told(user_id: int, *args: Any) -> int:
        sent = tell(user_id, *args)
        done.add(user_id)
        return sent

    def answer(execute: Callable[..., Any], sql: str, *args: Any) -> Any:
        nonlocal left
        left -= 1
        # What the end of a transaction undoes is the server's work, connected or not.
        if left < 0 and not sql.startswith(("ROLLBACK", "RELEASE")):
            raise OperationalError("server closed the connection unexpectedly")
        return execute(sql, *args)

    with patch.object(reminding, "_remind_person", told), connection.execute_wrapper(answer):
        yield done


class MailServer:
    """Takes mails, or refuses: everything (``is_down``) or some addresses."""

    LOST_FOR = 9  # days: longer than a mail is tried

    def __init__(self, random: Random) -> None:
        self.random = random
        self.taken: Counter[str] = Counter()
        self.lines = 0
        self.is_down = False
        self.refused: set[str] = set()
        self.lost: dict[str, int] = {}  # mailboxes out of order, with the days it still takes

    def weather(self, addresses: Callable[[], list[str]]) -> None:
        """A new day: one in fifteen without a server, one in ten with a few full mailboxes; one in sixty on which some
        mailboxes fail for longer than a mail is tried."""
        self.is_down = self.random.random() < 1 / 15
        full = self.random.random() < 1 / 10
        self.refused = set(self.random.sample(addresses(), 5)) if full else set()
        self.lost = {address: days - 1 for address, days in self.lost.items() if days > 1}
        if self.random.random() < 1 / 60:
            self.lost |= dict.fromkeys(self.random.sample(addresses(), 6), self.LOST_FOR)
        self.refused |= set(self.lost)

    def clear(self) -> None:
        """All is well again."""
        self.is_down, self.refused, self.lost = False, set(), {}

    def send(self, message: EmailMessage) -> int:
        """Instead of Django's."""
        if self.is_down:
            raise ConnectionRefusedError(111, "refused")
        if self.refused.intersection(message.to):
            raise smtplib.SMTPRecipientsRefused({message.to[0]: (452, b"mailbox full")})
        self.taken[message.extra_headers["Message-ID"]] += 1
        self.lines += str(message.body).count("\n  该办：")
        return 1
