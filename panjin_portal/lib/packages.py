"""Documents that are ZIP packages (docx, xlsx, ofd): what may be inside, told without unpacking more than a little."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

# A package may unpack to this much and no more; real documents stay far below.
MOST_ENTRIES = 5000
MOST_UNPACKED_BYTES = 200 * 1024 * 1024
HIGHEST_RATIO = 100
SMALL_ENOUGH_FOR_ANY_RATIO = 4 * 1024 * 1024
# Parts that are read: lists of content types and of relations. Real ones have some kilobytes.
MOST_READ_BYTES = 1024 * 1024
LOCAL_HEADER_BYTES = 30

_SIGNATURE = b"PK\x03\x04"
# Whatever a damaged package makes the reader trip over.
_DAMAGED = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
    EOFError,
    struct.error,
    zlib.error,
)
_MACRO_PARTS = re.compile(r"vbaproject\.bin$|vbadata\.xml$|/macrosheets/|/activex/", re.IGNORECASE)
_MACRO_TYPES = re.compile(rb"macroEnabled|vbaProject|ms-office\.activeX|excel\.macrosheet", re.IGNORECASE)
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_OUTSIDE = re.compile(rb"""TargetMode\s*=\s*["']\s*External\s*["']""", re.IGNORECASE)
_LINK = re.compile(rb"""Type\s*=\s*["'][^"']*/hyperlink["']""", re.IGNORECASE)


class Mismatch(Exception):
    """The content is not what it should be; `reason` says why in Chinese, to be read on after the name of the file."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def check_package(file: IO[bytes], label: str, members: tuple[str, ...]) -> None:
    """Raises Mismatch unless ``file`` is a sound package with ``members`` that neither swells, runs nor fetches."""
    file.seek(0)
    if file.read(len(_SIGNATURE)) != _SIGNATURE:  # a package may also hang behind a picture: refused
        raise Mismatch(f"的内容不是 {label}")
    try:
        with zipfile.ZipFile(file) as package:
            entries = package.infolist()
            _refuse_bomb(entries)
            names = [entry.filename for entry in entries]
            if not set(names).issuperset(members):
                raise Mismatch(f"的内容不是 {label}")
            if any(_MACRO_PARTS.search(name) for name in names):
                raise Mismatch("含有宏或控件")
            _refuse_what_acts(package, entries)
    except _DAMAGED as error:
        raise Mismatch(f"的内容不是 {label}，或者文件已损坏") from error


def _refuse_bomb(entries: list[zipfile.ZipInfo]) -> None:
    # The sizes are those the package declares: Python's reader stops there, so nothing unpacks to more.
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    too_dense = unpacked > SMALL_ENOUGH_FOR_ANY_RATIO and unpacked > packed * HIGHEST_RATIO
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED_BYTES or too_dense or _overlapping(entries):
        raise Mismatch("解压后的内容过大")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Mismatch("设有打开密码")
    names = [entry.filename for entry in entries]
    if any(name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) for name in names):
        raise Mismatch("内部的路径不正常")
    if len({name.casefold() for name in names}) < len(names):  # two programs may read two different parts
        raise Mismatch("内部有重名的部分")


def _overlapping(entries: list[zipfile.ZipInfo]) -> bool:
    """Whether several entries stand on the same bytes: so a small package holds a huge one within the ratio."""
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            return True
        end = entry.header_offset + LOCAL_HEADER_BYTES + len(entry.orig_filename) + entry.compress_size
    return False


def _refuse_what_acts(package: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    for entry, content in _parts_to_read(package, entries):
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            raise Mismatch("内部的说明部分不正常")
        if entry.filename == "[Content_Types].xml" and _MACRO_TYPES.search(content):
            raise Mismatch("含有宏或控件")
        relations = _RELATION.findall(content) if entry.filename.endswith(".rels") else []
        if any(_OUTSIDE.search(relation) and not _LINK.search(relation) for relation in relations):
            raise Mismatch("引用了文件以外的模板、图片或数据，打开时会去读取。请先在原来的程序中断开链接")


def _parts_to_read(package: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Iterator[tuple[zipfile.ZipInfo, bytes]]:
    for entry in entries:
        if entry.filename == "[Content_Types].xml" or entry.filename.endswith(".rels"):
            if entry.file_size > MOST_READ_BYTES:
                raise Mismatch("内部的说明部分过大")
            yield entry, _as_ascii(package.read(entry))


def _as_ascii(content: bytes) -> bytes:
    """UTF-16 is allowed in XML; without its zero bytes the words that matter read the same."""
    return content.replace(b"\0", b"")
