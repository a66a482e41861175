"""All kinds of rows the queue works on, by the name the operator's page calls them with."""

from __future__ import annotations

from typing import Any

from proposals.services.queueing import JobKind
from replies.services import bundle_work, import_reading, packaging, rendering

JOB_KINDS: dict[str, JobKind[Any]] = {
    "documents": rendering.JOBS,
    "packages": packaging.JOBS,
    "bundles": bundle_work.JOBS,
    "imports": import_reading.JOBS,
}
