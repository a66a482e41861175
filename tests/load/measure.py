"""Timing one call many times: median, 95th percentile, queries, bytes."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from statistics import median
from typing import Any

from django.db import connection
from django.http import HttpResponseBase
from django.test.utils import CaptureQueriesContext

WARM, FEWEST, MOST = 3, 20, 100
ENOUGH_SECONDS = 1.5  # a fast call is repeated until so much time is spent on it

Call = Callable[[int], Any]


@dataclass(frozen=True)
class Aim:
    """Milliseconds at 10,000 cases and at 100,000."""

    small: float
    large: float

    def at(self, cases: int) -> float:
        """The aim for a database of so many cases."""
        return self.large if cases > 20_000 else self.small


@dataclass(frozen=True)
class Job:
    """One thing to measure. ``call`` takes the number of the run; ``most`` bounds the runs (a case is submitted only
    once). ``missing``: why it cannot be measured here. ``counted`` false: another process, no queries to count."""

    name: str
    call: Call | None = None
    aim: Aim | None = None
    missing: str = ""
    most: int = MOST
    counted: bool = True


@dataclass(frozen=True)
class Figure:
    """What was measured; times in milliseconds, None where there is nothing to say."""

    name: str
    median: float | None = None
    p95: float | None = None
    runs: int = 0
    queries: int | None = None
    bytes: int | None = None
    peak_mb: float | None = None
    cpu: float | None = None  # processor time of this process: what stays comparable on a busy machine
    aim: float | None = None
    missing: str = ""

    @property
    def is_missed(self) -> bool:
        """Whether the aim was missed."""
        return self.aim is not None and self.median is not None and self.median > self.aim

    def as_dict(self) -> dict[str, Any]:
        """For the JSON file."""
        return {**asdict(self), "is_missed": self.is_missed}


def measure(job: Job, cases: int, *, warm: int = WARM, fewest: int = FEWEST, most: int = MOST) -> Figure:
    """Run a job: warm up, count queries once, then time it. Raises what the call raises, and AssertionError for an
    answer that is no success."""
    figure = Figure(job.name, aim=job.aim.at(cases) if job.aim else None, missing=job.missing)
    if job.call is None:
        return figure
    run = 0
    for _ in range(warm):
        _checked(job, run)
        run += 1
    with CaptureQueriesContext(connection) as queries:
        answer = _checked(job, run)
        counted = len(queries)  # now: the next request forgets them
    run += 1
    times: list[float] = []
    work: list[float] = []
    gc.collect()
    gc.disable()
    try:
        while run < job.most and len(times) < most and (len(times) < fewest or sum(times) < ENOUGH_SECONDS * 1000):
            began, worked = time.perf_counter(), time.process_time()
            job.call(run)
            times.append((time.perf_counter() - began) * 1000)
            work.append((time.process_time() - worked) * 1000)
            run += 1
    finally:
        gc.enable()
    return replace(
        figure,
        median=round(median(times), 2),
        p95=round(sorted(times)[min(len(times) - 1, int(len(times) * 0.95))], 2),
        cpu=round(median(work), 2),
        runs=len(times),
        queries=counted if job.counted else None,
        bytes=_size(answer),
    )


def _checked(job: Job, run: int) -> Any:
    assert job.call is not None
    answer = job.call(run)
    if isinstance(answer, HttpResponseBase):
        assert answer.status_code in (200, 302), f"{job.name}: {answer.status_code}"
    return answer


def _size(answer: Any) -> int | None:
    if isinstance(answer, HttpResponseBase) and not answer.streaming and answer.status_code == 200:
        return len(getattr(answer, "content", b""))
    return len(answer) if isinstance(answer, bytes) else None
