"""A book made volume by volume in child processes with limits (pure): which order, which pages are known when.

The contents in volume one name the pages of all the others, and each begins where the one before ends. So volume one
is measured first, the others are made in their order, and volume one is made last.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from replies.documents.book.engine import Layout, MadeVolume
from replies.documents.book.layout import MOST_PAGES, Volume, places_in, volume_data, volumes_of
from replies.documents.book.making import layout_of, make_volume
from replies.documents.book.structure import Book, BookDataError, digest
from replies.documents.engine import TypesettingError, UnshowableText
from replies.documents.formats import Format
from replies.documents.layout import named_places
from replies.documents.pdf import MissingGlyph, refused_characters
from replies.documents.process import RenderingFailed, ask_worker

logger = logging.getLogger(__name__)

# Of one file of one volume. Address space, of which about half is really used: the largest volume takes 0.7 GB.
SECONDS, MEGABYTES = 240.0, 2048
Maker = Callable[[Mapping[str, Any]], MadeVolume]


@dataclass(frozen=True)
class VolumeFile:
    """One finished file: its volume of how many, the number of its cases, its bytes, all its pages and the printed
    number of the first page of its text."""

    kind: Format
    number: int
    of: int
    cases: int
    content: bytes
    pages: int
    first_page: int


@dataclass
class Plan:
    """What is known of the pages so far, to go on with after an interruption; worthless for any other book."""

    digest: str
    layouts: dict[int, Layout] = field(default_factory=dict)

    def places(self) -> dict[int, int]:
        """Key of each case to its printed page, as far as known."""
        return {key: page for layout in self.layouts.values() for key, page in layout.places}

    def first_page(self, number: int) -> int:
        """The printed number with which the text of this volume begins."""
        return self.layouts[number - 1].last + 1 if number > 1 else 1

    def to_data(self) -> dict[str, Any]:
        """As JSON types; the inverse of `plan_of`."""
        return {"digest": self.digest, "layouts": {str(n): asdict(layout) for n, layout in self.layouts.items()}}


def plan_of(data: Mapping[str, Any], book: Book) -> Plan | None:
    """A stored plan, or None when it is of another book (a text has changed since) or cannot be read."""
    try:
        layouts = {int(number): layout_of(layout) for number, layout in data["layouts"].items()}
        return Plan(data["digest"], layouts) if data["digest"] == digest(book) else None
    except (AttributeError, KeyError, TypeError, ValueError):
        return None


def new_plan(book: Book) -> Plan:
    """A plan that knows nothing yet."""
    return Plan(digest(book))


def in_process(
    book: Book, *, seconds: float = SECONDS, megabytes: int = MEGABYTES, font_dirs: Sequence[Path] = ()
) -> Maker:
    """Make files in a child process that is killed after `seconds` and cannot take more than `megabytes`."""

    def made(work: Mapping[str, Any]) -> MadeVolume:
        answer, content = ask_worker({"volume": work}, font_dirs, seconds, megabytes)
        layout = layout_of(answer["layout"])
        return MadeVolume(content=content, pages=answer["pages"], engine=answer["engine"], layout=layout)

    return _explained(book, made)


def here(book: Book, font_dirs: Sequence[Path] = ()) -> Maker:
    """Make files in this process, which has no limits."""
    return _explained(book, lambda work: make_volume(work, font_dirs))


def make_files(
    book: Book,
    *,
    formats: Sequence[Format],
    maker: Maker,
    plan: Plan,
    is_finished: Callable[[Format, int], bool] = lambda kind, number: False,
    most_pages: int = MOST_PAGES,
) -> Iterator[VolumeFile]:
    """Every file of the book that is not finished, one at a time; `plan` is kept up to date before each is given.

    Raises BookDataError for an empty book or another format, MissingGlyph or RenderingFailed.
    """
    if not formats or set(formats) - {Format.PDF, Format.DOCX}:
        raise BookDataError("汇编只能生成 PDF 或 DOCX。")
    volumes = volumes_of(book, most_pages)
    if len(volumes) > 1 and 1 not in plan.layouts:
        plan.layouts[1] = maker({"data": volume_data(book, volumes, volumes[0], {}, 1), "measured": True}).layout
    for volume in (*volumes[1:], volumes[0]):
        first_page = plan.first_page(volume.number)
        data = volume_data(book, volumes, volume, plan.places(), first_page)
        for kind in sorted(formats, reverse=True):  # the PDF first: the other takes its page numbers from it
            if is_finished(kind, volume.number):
                continue
            made = _make(kind, volume, data, maker, plan)
            cases = volume.last - volume.first + 1
            yield VolumeFile(kind, volume.number, len(volumes), cases, made.content, made.pages, first_page)
        if volume.number not in plan.layouts:
            plan.layouts[volume.number] = maker({"data": data, "measured": True}).layout


def _make(kind: Format, volume: Volume, data: Mapping[str, Any], maker: Maker, plan: Plan) -> MadeVolume:
    if kind == Format.PDF:
        made = maker({"data": data, "measured": False})
        plan.layouts[volume.number] = made.layout
        return made
    if volume.number not in plan.layouts:
        plan.layouts[volume.number] = maker({"data": data, "measured": True}).layout
    layout = asdict(plan.layouts[volume.number])
    return maker({"data": data, "layout": layout, "places": sorted(plan.places().items())})


def _explained(book: Book, maker: Maker) -> Maker:
    """`maker` with its refusals in the words of people."""

    def made(work: Mapping[str, Any]) -> MadeVolume:
        try:
            return maker(work)
        except UnshowableText as refused:
            texts = list(places_in(book))
            characters = refused_characters("".join(text for _, text in texts), refused.text)
            raise MissingGlyph(characters, named_places(texts, characters)) from refused
        except TypesettingError as error:
            logger.error("typst refused a book: %s", error)
            raise RenderingFailed("排版程序不接受汇编的内容，请联系管理员查看日志。") from error

    return made
