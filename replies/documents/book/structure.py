"""A book of proposals as one frozen structure (pure): 提案及答复汇编 with the answers, 提案摘要汇编 before the session.

Both files of a book and its tests read this and nothing else. Equal books, equal bytes.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

from replies.documents.letter import Letter, LetterDataError, from_dict, to_dict

VERSION = 1
REPLIES: Final = "replies"
ABSTRACTS: Final = "abstracts"
# On the title of a case that must not leave the house.
CLOSED_MARK = "（不予公开）"


class BookDataError(ValueError):
    """Stored data is no book of a version this code knows, or a book without a case; `message` is for people."""

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of a proposal's text: its heading ("" for none) and its paragraphs."""

    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One case. `number`: 第005号; `bureaus`: who answers, the lead first (in a book of abstracts: who is suggested);
    `merged`: cases that are answered with it, a line for each, and `joined`: their proposers, whom the index has too;
    `closed`: marked 不予公开; `answers`: letters without contact (`letter.public_copy`)."""

    number: str
    title: str
    proposers: tuple[str, ...]
    topic: str = ""
    bureaus: tuple[str, ...] = ()
    co_handlers: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    answers: tuple[Letter, ...] = ()
    merged: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()
    closed: bool = False


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """A topic or a lead bureau with its cases, at least one, in the order of their numbers."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, kw_only=True)
class Book:
    """The whole work. `subject`: of which session or selection; `edition`: for whose eyes, as the cover says it;
    `notes`: further lines of the cover; `day`: of the last text in it, so that the same texts are the same book."""

    kind: str
    title: str
    subject: str
    issuer: str
    edition: str
    day: date
    chapters: tuple[Chapter, ...]
    notes: tuple[str, ...] = ()
    version: int = VERSION


def entries_of(book: Book) -> Iterator[Entry]:
    """Every case in the order of print; its place in this order is its key everywhere."""
    for chapter in book.chapters:
        yield from chapter.entries


def check(book: Book) -> Book:
    """The same book. Raises BookDataError when there is nothing to print, or a kind that nobody knows."""
    if book.kind not in {REPLIES, ABSTRACTS}:
        raise BookDataError(f"不认识的汇编类别：{book.kind}。")
    if not book.chapters or any(not chapter.entries for chapter in book.chapters):
        raise BookDataError("所选范围内没有可以收入汇编的提案。")
    return book


def proposer_index(book: Book) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Each proposer once with the keys of his cases, in the order of `sorted_name`."""
    found: dict[str, dict[int, None]] = {}
    for key, entry in enumerate(entries_of(book)):
        for name in filter(None, (name.strip() for name in (*entry.proposers, *entry.joined))):
            found.setdefault(name, {})[key] = None
    return tuple((name, tuple(found[name])) for name in sorted(found, key=sorted_name))


def sorted_name(name: str) -> tuple[bytes, str]:
    """The place of a name: by the sound of its characters (GB 2312 puts the common ones in that order; rare ones
    follow), characters of no such table last."""
    return name.encode("gb18030", "replace"), name


def to_data(book: Book) -> dict[str, Any]:
    """The book as JSON types; the inverse of `from_data`."""
    data = asdict(book) | {"day": book.day.isoformat(), "chapters": []}
    for chapter in book.chapters:
        entries = [{**asdict(one), "answers": [to_dict(letter) for letter in one.answers]} for one in chapter.entries]
        data["chapters"].append({"title": chapter.title, "entries": entries})
    return data


def from_data(data: Mapping[str, Any]) -> Book:
    """Read a stored book. Raises BookDataError."""
    if data.get("version") != VERSION:
        raise BookDataError(f"不认识的汇编数据版本：{data.get('version')}。")
    try:
        chapters = tuple(
            Chapter(title=str(chapter["title"]), entries=tuple(map(_entry, chapter["entries"])))
            for chapter in data["chapters"]
        )
        rest = {**data, "notes": tuple(data["notes"]), "day": date.fromisoformat(data["day"]), "chapters": chapters}
        return check(Book(**rest))
    except (KeyError, TypeError, ValueError, LetterDataError) as error:
        if isinstance(error, BookDataError):
            raise
        raise BookDataError("汇编数据不完整或已损坏。") from error


def digest(book: Book) -> str:
    """SHA-256 over the whole book, in hexadecimal."""
    text = json.dumps(to_data(book), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _entry(data: Mapping[str, Any]) -> Entry:
    parts = tuple(Part(heading=part["heading"], paragraphs=tuple(part["paragraphs"])) for part in data["parts"])
    names = {name: tuple(data[name]) for name in ("proposers", "bureaus", "co_handlers", "merged", "joined")}
    return Entry(**{**data, **names, "parts": parts, "answers": tuple(map(from_dict, data["answers"]))})
