"""汇编与打包: asking for a batch, making it under a lease, and removing it when its day has come.

Nothing of any case changes, so no event is written; the log says who took what, how much of it (docs/decisions/007).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.urls import reverse

from panjin_portal.lib.clock import now, today
from panjin_portal.lib.storage import remove_empty_folder, why_not_stored
from proposals.errors import InvalidInput, StateChanged
from proposals.models import Session, User
from proposals.permissions import visible_proposals
from proposals.services.locking import fresh, insist
from proposals.services.notice_wording import say
from proposals.services.notices import notify
from replies.models import Bundle
from replies.permissions_bundles import can, can_ask, visible_bundles
from replies.services.book_cases import BY_NUMBER
from replies.services.bundle_letters import standing_letters
from replies.services.bundle_makers import MAKERS, Maker
from replies.services.bundle_work import (
    JOBS,
    BundleFailed,
    BundleWork,
    LeaseLost,
    ShiftOver,
    folder_of,
    stored_names,
)
from replies.workflow import DocumentState

log = logging.getLogger(__name__)

MOST_CASES = 1000
MOST_OPEN = 5  # of one person: the workers are for all
OPEN = (DocumentState.QUEUED, DocumentState.RUNNING)


def offered_to(user: User) -> dict[str, Maker]:
    """The kinds ``user`` may ask for."""
    return {kind: maker for kind, maker in MAKERS.items() if can_ask(user, kind)}


def ask_for_bundle(
    actor: User,
    *,
    kind: str,
    formats: Sequence[str],
    cases: Iterable[int],
    key: str,
    grouping: str = Bundle.Grouping.NUMBER,
    conditions: str = "",
) -> Bundle:
    """A new batch of the ``cases`` (keys) the person may see; the same ``key`` of the same person again gives the one
    of before. Raises InvalidInput (``kind``, ``formats``, ``grouping``, ``cases``), NotAllowed."""
    post = insist(can_ask(fresh(actor), kind))
    known = Bundle.objects.filter(created_by=actor, key=key).first()
    if known is not None:
        return known
    chosen = _checked_formats(kind, formats)
    if grouping not in Bundle.Grouping.values:
        raise InvalidInput({"grouping": "请选择编排方式。"})
    selection, sessions = _selection(actor, cases)
    arranged = Bundle.Grouping(grouping if MAKERS[kind].has_grouping else Bundle.Grouping.NUMBER)
    pieces = _pieces(actor, kind, selection) * len(chosen)
    if not pieces:
        raise InvalidInput({"cases": "所选的提案还没有您可以打包的、已签发的答复函。"})
    if Bundle.objects.filter(created_by=actor, state__in=OPEN).count() >= MOST_OPEN:
        raise InvalidInput({"cases": f"您已有 {MOST_OPEN} 个没有做完，请等做完，或删掉不要的，再来。"})
    moment = now()
    try:
        with transaction.atomic():
            bundle = Bundle.objects.create(
                kind=kind,
                title=_title(kind, sessions, arranged, chosen, len(selection)),
                formats=chosen,
                grouping=arranged,
                session=sessions[0] if len(sessions) == 1 else None,
                selection=selection,
                conditions=conditions[:500],
                key=key,
                created_by=actor,
                post=post,
                created_at=moment,
                queued_at=moment,
                total=pieces if kind == Bundle.Kind.LETTERS else pieces + len(selection),  # a book is read first
            )
            JOBS.send_when_committed(bundle.pk)
    except IntegrityError:  # the same form came twice at once
        return Bundle.objects.get(created_by=actor, key=key)
    log.info("bundle %s: %s, %d cases, account %s", bundle.pk, kind, len(selection), actor.pk)
    return bundle


def _checked_formats(kind: str, formats: Sequence[str]) -> list[str]:
    if kind not in MAKERS:
        raise InvalidInput({"kind": "请选择要做什么。"})
    chosen = [one for one in MAKERS[kind].formats if one in formats]
    if not chosen or set(formats) - set(chosen):
        names = "、".join(one.upper() for one in MAKERS[kind].formats)
        raise InvalidInput({"formats": f"请选择格式：{names}。"})
    return chosen


def _selection(actor: User, cases: Iterable[int]) -> tuple[list[int], list[Session]]:
    """The keys in the order of the numbers, and the sessions they are of."""
    wanted = set(cases)
    if len(wanted) > MOST_CASES:
        raise InvalidInput({"cases": f"一次最多 {MOST_CASES} 件，请缩小范围。"})
    rows = visible_proposals(actor, among=sorted(wanted)).select_related("session").order_by(*BY_NUMBER)
    found = list(rows.only("session__term", "session__number"))
    if not found:
        raise InvalidInput({"cases": "没有选中提案。"})
    sessions = {row.session_id: row.session for row in found}
    return [row.pk for row in found], list(sessions.values())


def _pieces(actor: User, kind: str, selection: list[int]) -> int:
    """How many letters, or cases of a book, are made in each format: the total the page shows from the first moment."""
    if kind != Bundle.Kind.LETTERS:
        return len(selection)
    return standing_letters(actor).filter(proposal__in=selection).order_by().count()


def _title(
    kind: str, sessions: Sequence[Session], arranged: Bundle.Grouping, formats: Sequence[str], count: int
) -> str:
    names = "、".join(one.upper() for one in formats)
    of_session = sessions[0].name if len(sessions) == 1 else f"{sessions[0].name}等{len(sessions)}次会议"
    how = f"{arranged.label}，" if MAKERS[kind].has_grouping else ""
    return f"{of_session}{Bundle.Kind(kind).label}（{how}{count}件，{names}）"


def make_bundle(pk: int) -> bool:
    """Make the batch of job ``pk``, or go on with it. True when this call ended it, well or badly."""
    lease = JOBS.claim(pk)
    if lease is None:
        return False
    bundle = Bundle.objects.select_related("created_by", "session").get(pk=pk)
    work = BundleWork(bundle, lease)
    try:
        MAKERS[bundle.kind].make(work)
    except LeaseLost:
        return False
    except ShiftOver:
        JOBS.hand_back(pk, lease)
        return False
    except BundleFailed as error:
        return _fail(bundle, lease, error.message)
    except OSError as error:
        return _fail(bundle, lease, why_not_stored(error))
    except MemoryError:
        return _fail(bundle, lease, "内存不足，没有做成。请缩小范围，或稍后重试。")
    return _finish(work)


def _finish(work: BundleWork) -> bool:
    bundle = work.bundle
    columns = {"state": DocumentState.READY, "error": "", "left_out": work.left_out}
    done = JOBS.finish(bundle.pk, work.lease, **columns, **_ending())
    if done:
        notify([bundle.created_by_id], text=say("bundle_ready", heading=bundle.title), link=_page(bundle))
    return done


def _fail(bundle: Bundle, lease: datetime, reason: str) -> bool:
    done = JOBS.finish(bundle.pk, lease, state=DocumentState.FAILED, error=reason[:300], **_ending())
    if done:
        text = say("bundle_failed", heading=bundle.title, reason=reason)
        notify([bundle.created_by_id], text=text, link=_page(bundle))
    return done


def _ending() -> dict[str, object]:
    until = today() + timedelta(days=settings.BUNDLE_DAYS)
    return {"finished_at": now(), "kept_until": until, "removed_at": None}


def _page(bundle: Bundle) -> str:
    return reverse("bundle-detail", args=[bundle.pk])


def sweep() -> int:
    """Send again what the broker lost. Gives how many."""
    return JOBS.sweep(lambda row, lease, why: _fail(row, lease, f"{why}请重试，或缩小范围。"))


@transaction.atomic
def retry_bundle(actor: User, *, bundle: Bundle) -> None:
    """Put a failed batch back in line; what is finished of it is not made again. Raises WrongStage, NotAllowed."""
    row = _locked(actor, bundle)
    insist(can(actor, "retry_bundle", row))
    if not JOBS.try_again(row.pk):
        raise StateChanged("这项已经重新排队。")


@transaction.atomic
def delete_bundle(actor: User, *, bundle: Bundle) -> None:
    """Remove a batch and its files, made or not; a worker at it stops at its next step. Raises NotAllowed."""
    row = _locked(actor, bundle)
    insist(can(actor, "delete_bundle", row))
    pk = row.pk
    row.delete()
    log.info("bundle %s: removed by account %s", pk, actor.pk)
    transaction.on_commit(lambda: _remove_files(pk))


def _locked(actor: User, bundle: Bundle) -> Bundle:
    rows = visible_bundles(fresh(actor)).select_for_update(of=("self",))
    row = rows.filter(pk=bundle.pk).first()
    if row is None:
        raise StateChanged("这项已经删除。")
    return row


def remove_expired() -> int:
    """Remove the files of batches whose day has passed; the rows say what there was. Gives how many batches."""
    due = Bundle.objects.filter(removed_at=None, kept_until__lt=today()).exclude(state__in=OPEN)
    count = 0
    for pk in list(due.values_list("pk", flat=True)):
        with transaction.atomic():
            row = due.select_for_update().filter(pk=pk).first()
            if row is None:  # put back in line at this moment
                continue
            row.files.update(file="")
            Bundle.objects.filter(pk=pk).update(removed_at=now())
        _remove_files(pk)
        count += 1
    return count


def _remove_files(pk: int) -> None:
    for name in list(stored_names(pk)):
        default_storage.delete(name)
    remove_empty_folder(folder_of(pk))
