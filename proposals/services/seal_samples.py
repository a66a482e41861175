"""The picture of a bureau's seal, kept for the preview inside the house. Nothing that is issued reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from PIL import Image, UnidentifiedImageError

from panjin_portal.lib.storage import save_whole, why_not_stored
from panjin_portal.lib.uploads import UploadRefused, check_upload
from proposals.errors import InvalidInput
from proposals.models import Bureau, SealSample, User
from proposals.services.events import record_site_event

MOST_BYTES = 100 * 1024
LEAST_PIXELS, MOST_PIXELS = 100, 1200
MOST_OBLONG = 1.1


@dataclass(frozen=True)
class Picture:
    """A picture that passed: its bytes and their SHA-256 in hex."""

    content: bytes
    sha256: str


def checked_picture(file: IO[bytes], name: str) -> Picture:
    """The picture in an upload. Raises UploadRefused for what is no whole PNG of the size of a seal."""
    checked = check_upload(file, name, allowed=frozenset({"png"}), max_bytes=MOST_BYTES)
    try:
        with Image.open(file, formats=["PNG"]) as image:
            sides = image.size
            if all(LEAST_PIXELS <= side <= MOST_PIXELS for side in sides):
                image.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise UploadRefused(f"“{checked.name}”不是完整的 PNG 图片，请重新导出后再上传。") from error
    if not all(LEAST_PIXELS <= side <= MOST_PIXELS for side in sides):
        raise UploadRefused(f"图片是{sides[0]}×{sides[1]}像素，长宽都要在{LEAST_PIXELS}至{MOST_PIXELS}像素之间。")
    if max(sides) > MOST_OBLONG * min(sides):
        raise UploadRefused(f"图片是{sides[0]}×{sides[1]}像素，不像印章：长宽相差不能超过一成，请裁去四周空白。")
    file.seek(0)
    return Picture(file.read(), checked.sha256)


@transaction.atomic
def keep_sample(actor: User, *, bureau: Bureau, picture: Picture) -> SealSample:
    """Keep ``picture`` as the sample of ``bureau``; the one before goes. Raises InvalidInput where it is not stored."""
    before = SealSample.objects.select_for_update().filter(bureau=bureau).first()
    if before is not None and before.sha256 == picture.sha256:
        return before
    name = f"seals/{bureau.pk}/{picture.sha256}.png"
    try:
        stored = save_whole(name, ContentFile(picture.content))
    except OSError as error:
        raise InvalidInput({"sample": why_not_stored(error)}) from error
    values = {"file": stored, "sha256": picture.sha256, "size": len(picture.content)}
    row, _ = SealSample.objects.update_or_create(bureau=bureau, defaults=values)
    _record(actor, bureau, "换了样章图片" if before else "上传了样章图片", picture.sha256)
    if before is not None:
        _forget(str(before.file.name))
    return row


@transaction.atomic
def drop_sample(actor: User, *, bureau: Bureau) -> None:
    """Take the picture away; nothing happens where there is none."""
    row = SealSample.objects.select_for_update().filter(bureau=bureau).first()
    if row is None:
        return
    row.delete()
    _record(actor, bureau, "删除了样章图片", row.sha256)
    _forget(str(row.file.name))


def _record(actor: User, bureau: Bureau, what: str, sha256: str) -> None:
    data = {"bureau": bureau.pk, "sha256": sha256}
    record_site_event(actor, kind="admin_sealsample", text=f"单位“{bureau}”{what}", data=data)


def _forget(name: str) -> None:
    transaction.on_commit(lambda: default_storage.delete(name))
