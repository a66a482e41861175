"""Batches of invented pages for the tests of importing, read here and now."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from proposals.models import User
from replies.models import ImportBatch, ImportItem
from replies.services.import_batches import open_batch
from replies.services.import_fields import values_of
from replies.services.import_items import save_corrections
from replies.services.import_judging import fields_as_read
from replies.services.import_process import PageFound, read_page
from replies.services.import_reading import read_item
from replies.structure.handlers import KnownBureau
from tests.world import World

PAGE = """索引号: govssfj-2022-118{number} 主题分类: 2022年 发文机关: 盘锦市司法局 成文日期: 2022-08-16
标题: 对市政协九届一次会议关于完善法律服务站的建议(第{number}号)提案的答复
发文字号: 盘司函〔2022〕21号 发布日期: 2022-12-06
主题词: 法律服务
对市政协九届一次会议关于完善法律服务站的建议(第{number}号)提案的答复
赵青禾委员:
您提出的关于完善法律服务站的提案已收悉,现答复如下:
一、关于设站
四个园区都有了服务站。
二、关于宣传
宣传单已经发到每家企业。
特此答复。
盘锦市司法局
2022年8月16日
"""
NEWS = "今天市里开了一个会，会上说了很多话。"


def page(number: str = "021", **replaced: str) -> bytes:
    """A whole page of 司法局 that needs no look; ``replaced``: what to put (value) for a text of it (key)."""
    text = PAGE.format(number=number)
    for old, new in replaced.items():
        assert old in text, old
        text = text.replace(old, new)
    return text.encode()


def without(number: str, *texts: str) -> bytes:
    """A page without these texts."""
    return page(number, **dict.fromkeys(texts, ""))


def file(name: str, content: bytes) -> SimpleUploadedFile:
    """An upload."""
    return SimpleUploadedFile(name, content)


def upload(world: World, *contents: bytes, actor: User | None = None, key: str = "") -> ImportBatch:
    """A batch of files called 1.txt, 2.txt, …, not yet read."""
    files = [file(f"{number}.txt", content) for number, content in enumerate(contents, start=1)]
    return open_batch(actor or world.committee_staff, files=files, key=key or uuid4().hex)


def read_all(batch: ImportBatch) -> list[ImportItem]:
    """The items of ``batch`` after the worker has been there."""
    for pk in batch.items.filter(state="waiting").values_list("pk", flat=True):
        assert read_item(pk)
    return list(batch.items.order_by("position"))


def read_one(world: World, content: bytes, *, actor: User | None = None) -> ImportItem:
    """One uploaded page that has been read."""
    return read_all(upload(world, content, actor=actor))[0]


def correct(actor: User, item: ImportItem, version: int | None = None, **values: str) -> ImportItem:
    """Save ``values`` over what stands, as the form does."""
    item.refresh_from_db()
    stands = {**values_of(fields_as_read(item)), **item.corrections}
    return save_corrections(actor, item=item, values={**stands, **values}, version=version or item.version)


def read_here(raw: bytes, *, name: str, bureaus: Sequence[KnownBureau], seconds: float, megabytes: int) -> PageFound:
    """The reader without its child process."""
    assert seconds > 0
    assert megabytes > 0
    return read_page(raw, name=name, bureaus=bureaus)
