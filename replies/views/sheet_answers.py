"""Choosing the columns of a list, and sending it as a sheet: the same for every list."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import render

from panjin_portal.lib.clock import today
from panjin_portal.lib.sheets import MEDIA_TYPE, Column, chosen, write_sheet
from proposals.models import User

log = logging.getLogger(__name__)
Row = TypeVar("Row")

# Some 8 seconds of a processor (measured); a web worker has 30 seconds for an answer.
MOST_ROWS = 20_000
COUNTED_UP_TO = 2_000
COLUMN = "col"
DO = "do"


@dataclass(frozen=True)
class Condition:
    """One condition of the filter in force, in words."""

    label: str
    value: str


@dataclass(frozen=True)
class Export(Generic[Row]):
    """A list that can be taken along. ``title`` names page and file; ``rows`` gives the rows for the chosen columns, a
    chunk at a time; ``counted`` is their number up to ``COUNTED_UP_TO`` + 1; ``kept``: the parameters of the list."""

    title: str
    columns: Sequence[Column[Row]]
    rows: Callable[[Sequence[Column[Row]]], Iterable[Row]]
    counted: int
    back_url: str
    kept: Sequence[tuple[str, str]] = ()
    conditions: Sequence[Condition] = ()
    faults: Sequence[str] = ()
    shell: str = "base/site.html"


def answer_export(request: HttpRequest, export: Export[Row]) -> HttpResponseBase:
    """The page on which columns are chosen, or with ``do=file`` the sheet. The choice stands in the address."""
    columns = chosen(export.columns, request.GET.getlist(COLUMN))
    if request.GET.get(DO) == "file" and not export.faults:
        return send_sheet(request, title=export.title, columns=columns, rows=export.rows(columns))
    context = {
        "export": export,
        "shell": export.shell,
        "choices": [(column, column in columns) for column in export.columns],
        "count": f"超过 {COUNTED_UP_TO} 行" if export.counted > COUNTED_UP_TO else f"共 {export.counted} 行",
        "most_rows": MOST_ROWS,
        "crumbs": [{"label": export.title, "url": export.back_url}, {"label": "导出", "url": ""}],
    }
    return render(request, "replies/exports/choose.html", context, status=400 if export.faults else 200)


def send_sheet(
    request: HttpRequest, *, title: str, columns: Sequence[Column[Row]], rows: Iterable[Row]
) -> HttpResponseBase:
    """The sheet as a download. It lies in a file without a name, which is gone when the answer is closed.

    The log says which list went out, how long it was and to which account (by number): reading is no change of a case,
    so the event chains say nothing of it (docs/decisions/007).
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115  # the answer closes it
    try:
        written = write_sheet(file, title=title, columns=columns, rows=rows, most=MOST_ROWS)
    except BaseException:
        file.close()
        raise
    account = request.user.pk if isinstance(request.user, User) else "public"
    log.info("export %s: %d rows, %s, account %s", request.path, written, ",".join(c.key for c in columns), account)
    file.seek(0)
    name = f"{title}-{today().isoformat()}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=MEDIA_TYPE)
