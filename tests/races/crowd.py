"""One process of the crowd: ``python -m tests.races.crowd SEED COUNT`` does COUNT random things as random people.

It writes one JSON line at the end: what it did, what broke, and every text it was told is saved.
"""

from __future__ import annotations

import json
import sys
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

import django


@dataclass
class Report:
    """``done``: what changed something; ``saved`` and ``kept``: [kind, key, mark] of texts the server has taken, and
    of texts it could not merge but has promised to keep; ``faults``: tracebacks and answers that may never be."""

    statuses: Counter[str] = field(default_factory=Counter)
    tried: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    saved: list[list[Any]] = field(default_factory=list)
    kept: list[list[Any]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    slowest: float = 0
    seconds: float = 0


class Visitor:
    """Acts as anybody of the city, each with a browser of his own, and writes down what the portal answered."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.random = Random(seed)
        self.report = Report()
        self._browsers: dict[str, Any] = {}
        self._marks = 0
        self.under_way = ""

    def mark(self) -> str:
        """A word that stands in no other text."""
        self._marks += 1
        return f"记号{self.seed}之{self._marks}。"

    def wait(self) -> None:
        """Time in which somebody else may come first: a person reads before he presses."""
        time.sleep(self.random.random() / 50)

    def get(self, who: str, url: str) -> Any:
        """Look at a page."""
        return self._heard(self._browser(who).get(url), url)

    def post(self, who: str, url: str, data: dict[str, Any] | None = None, *, by_script: bool = False) -> Any:
        """Send a form; gives the answer. A deed done counts under the name of the deed under way."""
        headers = {"accept": "application/json"} if by_script else {}
        answer = self._heard(self._browser(who).post(url, data or {}, headers=headers), url)
        if answer.status_code == (200 if by_script else 302):
            self.report.done[self.under_way] += 1
        return answer

    def log_in(self, who: str) -> None:
        """Log in by the page, as a new browser does."""
        from django.conf import settings
        from django.test import Client

        from tests.world import PASSWORD

        browser = Client(raise_request_exception=False, SERVER_NAME=settings.ALLOWED_HOSTS[0])
        self._heard(browser.post("/login/", {"username": who, "password": PASSWORD}), "/login/")
        self._browsers[who] = browser

    def log_out(self, who: str) -> None:
        """Log out; the next thing this person does begins with a new log-in."""
        self._heard(self._browser(who).post("/logout/"), "/logout/")
        self._browsers.pop(who)

    def act(self, name: str, deed: Any) -> None:
        """One thing to do; an exception outside the portal is a fault too."""
        self.under_way = name
        self.report.tried[name] += 1
        try:
            deed(self)
        except Exception:
            self.report.faults.append(f"{name}: {traceback.format_exc()}")

    def _browser(self, who: str) -> Any:
        if who not in self._browsers:
            self.log_in(who)
        return self._browsers[who]

    def _heard(self, answer: Any, url: str) -> Any:
        self.report.statuses[str(answer.status_code)] += 1
        if answer.exc_info:
            self.report.faults.append(f"{url}: {''.join(traceback.format_exception(*answer.exc_info))}")
        elif answer.status_code >= 500:
            self.report.faults.append(f"{url}: {answer.status_code}")
        return answer


def main(seed: int, count: int) -> None:
    """Do so many things and tell."""
    django.setup()
    from tests.races.crowd_deeds import DEEDS
    from tests.races.runner import make_typesetting_quick

    make_typesetting_quick()
    visitor = Visitor(seed)
    names, weights = list(DEEDS), [weight for weight, _ in DEEDS.values()]
    print("ready", flush=True)
    sys.stdin.readline()
    began = time.monotonic()
    for name in visitor.random.choices(names, weights, k=count):
        before = time.monotonic()
        visitor.act(name, DEEDS[name][1])
        visitor.report.slowest = max(visitor.report.slowest, time.monotonic() - before)
    visitor.report.seconds = time.monotonic() - began
    print(json.dumps(vars(visitor.report)), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
