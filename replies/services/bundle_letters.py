"""答复函打包: a ZIP of the letters of many cases, with a list of what is in it and what is not.

First every letter that is not there in a wanted format is made and kept, as when a reader asks for it; then all are
written into one package, one at a time. A killed worker loses the package it was writing and none of the letters. The
same letters give the same bytes: entries are dated by the letters' own days.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import IO

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Length
from django.template.loader import render_to_string

from panjin_portal.lib.zipping import Entry, Written, add, checksum_list, safe_name, text_entry
from proposals.errors import PortalError, WrongStage
from proposals.models import Proposal, User
from proposals.services.locking import fresh, lock_proposal
from replies.documents.formats import Format
from replies.models import RenderedDocument, Reply
from replies.permissions import visible_replies
from replies.services.bundle_work import BundleFailed, BundleWork, spool
from replies.services.exporting import ExportFormat, export_reply
from replies.services.rendering import enter_letter, render_document
from replies.workflow import DocumentState, ReplyState

FIRST_DAY = date(1980, 1, 1)  # the first a ZIP can name
# What a case is answered with: signed, and not answered again since.
STANDING = Q(state__in=(ReplyState.SIGNED, ReplyState.ISSUED, ReplyState.CONFIRMED), is_outdated=False)
HIDDEN, UNSIGNED, MERGED = "您现在不能查看", "没有已签发的答复", "已并案，答复在主提案"
BY_NUMBER = (
    *("proposal__session__term", "proposal__session__number"),
    *(Length("proposal__number"), "proposal__number", "proposal_id", "bureau_id", "pk"),
)


@dataclass
class Line:
    """One letter in the list: its files in the package, and why one is missing."""

    reply: Reply
    files: list[Written] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def standing_letters(user: User) -> QuerySet[Reply]:
    """Replies whose letters ``user`` may take: those he may read and that are signed. Their texts are not read."""
    rows = visible_replies(user).filter(STANDING).exclude(signed_digest="")
    return rows.select_related("proposal__session", "bureau").defer(
        *("signed_letter", "signed_matrix", "opening", "closing"),
        *("proposal__background", "proposal__analysis", "proposal__suggestions"),
    )


def make_letters(work: BundleWork) -> None:
    """Make the package. A letter that cannot be made is named in the list; only when there is none at all, raises
    BundleFailed."""
    if work.finished("zip") is not None:
        return
    formats = [Format(one) for one in work.bundle.formats]
    wanted = [(pk, one) for pk in _keys(work) for one in formats]
    total = len(wanted)
    missing = _missing(wanted, formats)
    work.report(total - len(missing), total)
    for made, (pk, one) in enumerate(missing, start=total - len(missing) + 1):
        _make(pk, one)
        work.report(made)
        work.rest()
    with spool() as target:
        lines = write_package(work, formats, target)
        if not any(line.files for line in lines):
            reasons = [fault for line in lines for fault in line.faults]
            raise BundleFailed(reasons[0] if reasons else "所选提案现在没有您可以打包的答复函。")
        work.store(target, file_format="zip", name=safe_name(f"{work.bundle.title}.zip"))


def _keys(work: BundleWork) -> list[int]:
    rows = standing_letters(fresh(work.owner)).filter(proposal__in=work.cases())
    return list(rows.order_by(*BY_NUMBER).values_list("pk", flat=True))


def _missing(wanted: list[tuple[int, Format]], formats: list[Format]) -> list[tuple[int, Format]]:
    """Those of the wanted files that do not lie there yet (one query)."""
    ready = RenderedDocument.objects.filter(
        reply__in={pk for pk, _ in wanted},
        kind=RenderedDocument.Kind.LETTER,
        format__in=formats,
        publication=None,
        letter_digest=F("reply__signed_digest"),
        state=DocumentState.READY,
    )
    there = set(ready.values_list("reply", "format"))
    return [(pk, one) for pk, one in wanted if (pk, one.value) not in there]


def _make(pk: int, file_format: Format) -> None:
    """Make one letter and keep it with its row. What another worker has in hand, or failed, is seen to when it is
    packed; so is a letter of an archived case, which gets no more rows."""
    with suppress(WrongStage, Reply.DoesNotExist):
        with transaction.atomic():
            case = Reply.objects.values_list("proposal", flat=True).get(pk=pk)
            lock_proposal(case)
            row = enter_letter(Reply.objects.get(STANDING, pk=pk), file_format)
        render_document(row.pk)


def write_package(work: BundleWork, formats: list[Format], target: IO[bytes]) -> list[Line]:
    """Write the ZIP into ``target``. Each letter is asked for again at its turn: what is no longer signed, or no longer
    for the eyes of who asked, stays out and is named. Raises LeaseLost."""
    lines: list[Line] = []
    paths: set[str] = set()
    with zipfile.ZipFile(target, "w", allowZip64=True) as archive:
        for pk in _keys(work):
            reply = standing_letters(work.owner).filter(pk=pk).first()
            if reply is None:
                continue
            work.report(work.bundle.done)
            line = Line(reply)
            for one in formats:
                _pack(archive, line, one, paths)
            lines.append(line)
        work.left_out = list(_left_out(work, lines))
        written = [one for line in lines for one in line.files]
        last = max((line.reply.signed_on or FIRST_DAY for line in lines), default=FIRST_DAY)
        context = {"bundle": work.bundle, "lines": lines, "count": len(written), "left_out": work.left_out}
        text = render_to_string("replies/bundles/index.html", context)
        written.append(add(archive, text_entry("清单.html", text), _moment(last)))
        add(archive, text_entry("SHA256SUMS.txt", checksum_list(written)), _moment(last))
    return lines


def _pack(archive: zipfile.ZipFile, line: Line, file_format: Format, paths: set[str]) -> None:
    try:
        content = export_reply(line.reply, ExportFormat(file_format.value))
    except PortalError as error:
        line.faults.append(f"{file_format.upper()}：{error.message}")
        return
    path = _free(_path(line.reply), file_format, paths)
    line.files.append(add(archive, Entry(path, lambda: [content]), _moment(line.reply.signed_on or FIRST_DAY)))


def _path(reply: Reply) -> str:
    """Where a letter lies, without its ending: a folder for each session, then number, bureau, title."""
    case = reply.proposal
    name = safe_name(f"{case.label}_{reply.bureau.short_name}_{case.title}".replace(".", "．"))
    return f"{safe_name(case.session.name)}/{name}"


def _free(path: str, file_format: Format, paths: set[str]) -> str:
    """``path`` with its ending, and a number where another letter has that name."""
    name, again = f"{path}.{file_format}", 1
    while name in paths:
        again += 1
        name = f"{path}（{again}）.{file_format}"
    paths.add(name)
    return name


def _moment(day: date) -> datetime:
    return datetime.combine(max(day, FIRST_DAY), time())


def _left_out(work: BundleWork, lines: list[Line]) -> Iterator[tuple[str, str]]:
    """Chosen cases without a letter in the package, and letters that could not be made, each with its reason."""
    inside = {line.reply.proposal_id for line in lines}
    outside = [pk for pk in work.bundle.selection if pk not in inside]
    cases = {case.pk: case for case in Proposal.objects.filter(pk__in=outside).select_related("session")}
    seen = set(work.cases().values_list("pk", flat=True))
    for pk in outside:
        if pk in cases:
            reason = HIDDEN if pk not in seen else MERGED if cases[pk].merged_into_id else UNSIGNED
            yield _called(cases[pk]), reason
    for line in lines:
        for fault in line.faults:
            yield f"{_called(line.reply.proposal)}（{line.reply.bureau.short_name}）", fault


def _called(case: Proposal) -> str:
    return f"{case.session.name}{case.label}"
