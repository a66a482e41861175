"""Putting a read file right by hand, and storing it as a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import F

from panjin_portal.lib.clock import now
from proposals.errors import EditConflict, InvalidInput, PortalError, StateChanged
from proposals.models import Bureau, User
from proposals.services.locking import fresh, insist
from replies.models import ImportBatch, ImportItem, Reply
from replies.permissions import can
from replies.services.import_case import AlreadyHere
from replies.services.import_fields import LABELS, corrected, corrections_in, values_of
from replies.services.import_judging import fields_as_read, judge
from replies.services.import_making import (
    TAKEN_MEANWHILE,
    Original,
    add_case,
    refuse_known,
    refuse_known_number,
    store_original,
)
from replies.services.importing import may_import
from replies.services.storing import read_verified
from replies.workflow import ImportState


@transaction.atomic
def save_corrections(actor: User, *, item: ImportItem, values: Mapping[str, str], version: int) -> ImportItem:
    """Keep what of ``values`` (texts by the names of ``LABELS``) differs from what was read.

    The same again is no change, whatever the version. Raises EditConflict with both texts when somebody saved in
    between, WrongStage once the file is stored or dropped, NotAllowed.
    """
    row = ImportItem.objects.select_for_update().get(pk=item.pk)
    insist(can(fresh(actor), "correct_item", row))
    as_read = fields_as_read(row)
    corrections = corrections_in(as_read, values)
    if corrections == row.corrections:
        return row
    changed = ImportItem.objects.filter(pk=row.pk, version=version).update(
        corrections=corrections, version=F("version") + 1, changed_by=actor, changed_at=now()
    )
    if not changed:
        theirs = {**values_of(as_read), **row.corrections}
        raise EditConflict(mine=_as_text(values), theirs=_as_text(theirs), version=row.version)
    row.refresh_from_db()
    return row


def store_item(actor: User, *, item: ImportItem, version: int) -> Reply:
    """Make the case of a read file, with its corrections. A second time gives the reply of the first.

    ``version`` is the one that was looked at. Raises InvalidInput by field for what is lacking; AlreadyHere for the
    same file (which then stands as a duplicate) or a number that is taken; WrongStage when the file was corrected
    meanwhile, dropped or not read yet; NotAllowed. Nothing is half stored.
    """
    seen = ImportItem.objects.select_related("reply").get(pk=item.pk)
    if seen.state == ImportState.STORED and seen.reply is not None:
        insist(may_import(fresh(actor)))
        return seen.reply
    insist(can(fresh(actor), "store_item", seen))
    as_read = fields_as_read(seen)
    if missing := corrected(as_read, seen.corrections).missing():
        raise InvalidInput({name: f"{sentence}，请补上。" for name, sentence in missing.items()})
    original = Original(seen.file_name, read_verified(seen.file, seen.sha256), seen.text, seen.reading or {})
    try:
        refuse_known(seen.sha256)
        stored = store_original(original)
        return _store(actor, seen, version, original, stored)
    except (AlreadyHere, IntegrityError) as error:  # here before, or another connection was quicker
        known = _who_has_it(seen)
        if known is None:
            raise StateChanged(TAKEN_MEANWHILE) from error
        _note_duplicate(seen, known)
        raise known from error


def _who_has_it(item: ImportItem) -> AlreadyHere | None:
    """The same file before the same number: which of them is in the portal now."""
    try:
        refuse_known(item.sha256)
        refuse_known_number(corrected(fields_as_read(item), item.corrections))
    except AlreadyHere as here:
        return here
    return None


@transaction.atomic
def _store(actor: User, seen: ImportItem, version: int, original: Original, stored: str) -> Reply:
    row = ImportItem.objects.select_for_update().get(pk=seen.pk)
    if row.state == ImportState.STORED and row.reply is not None:
        return row.reply
    post = insist(can(fresh(actor), "store_item", row))
    if row.version != version or row.version != seen.version:
        raise StateChanged("这份文件刚被别人更正过，请重新查看后再存入。")
    reply = add_case(
        actor,
        post=post,
        original=original,
        as_read=fields_as_read(row),
        corrections=row.corrections,
        stored=stored,
    )
    uploaded = row.file.name or ""
    row.state, row.reply, row.file, row.text = ImportState.STORED, reply, "", ""
    row.changed_by, row.changed_at = actor, now()
    row.save(update_fields=["state", "reply", "file", "text", "changed_by", "changed_at"])
    # The case has a copy of its own by now.
    transaction.on_commit(lambda: default_storage.delete(uploaded))
    return reply


def _note_duplicate(item: ImportItem, here: AlreadyHere) -> None:
    """The very same file is a duplicate for good; a number that is taken may be a misreading and can be put right."""
    if "file" in here.errors:
        ImportItem.objects.filter(pk=item.pk, state=ImportState.READ).update(
            state=ImportState.DUPLICATE, error=here.message[:500], reply=here.reply_id, changed_at=now()
        )


@dataclass
class Stored:
    """What came of storing many: the replies made, and the refusals by name of the file."""

    replies: list[Reply] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


def store_sound(actor: User, *, batch: ImportBatch) -> Stored:
    """Store every file of ``batch`` that can be stored without a look, each in a transaction of its own: one that
    turns out to be here already stops none of the others. Pressing twice stores nothing twice. Raises NotAllowed."""
    insist(may_import(fresh(actor)))
    done = Stored()
    for one in judge(batch.items.filter(state=ImportState.READ).defer("text")):
        if one.is_sound:
            try:
                done.replies.append(store_item(actor, item=one.item, version=one.item.version))
            except PortalError as refused:
                done.refused[one.item.file_name] = refused.message
    return done


def _as_text(values: Mapping[str, str]) -> str:
    """The values as people read them, a bureau by its name."""
    name_of = Bureau.objects.filter(code=values.get("bureau", "")).values_list("name", flat=True).first() or ""
    shown = {**values, "bureau": name_of}
    return "\n".join(f"{label}：{shown.get(name, '')}" for name, label in LABELS.items())
