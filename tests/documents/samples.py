"""Letters to render and a ruler to measure them with. All texts are written for the tests."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import pdfplumber
from pdfplumber.page import Page

from replies.documents.letter import Letter, normalise, plain_text
from replies.documents.pdf import Pdf
from replies.structure.outline import Scheme, Section, number

MM = 72 / 25.4
TYPE_AREA_BOTTOM = 37 + 225
PITCH = 225 / 22

SENTENCE = (
    "收到提案后，市司法局会同有关部门逐条研究，列出问题清单、任务清单和完成时限，"
    "由专人每月汇总一次进展，并把结果当面告知提案者，听取意见后再作改进。"
)


def section(heading: str, *paragraphs: str, run_in: bool = False, children: tuple[Section, ...] = ()) -> Section:
    """A section whose level and marker `number` will fill."""
    return Section(0, "", heading, run_in, paragraphs, children)


def outline(parts: int = 2) -> tuple[Section, ...]:
    """Text before the first heading, then `parts` numbered parts with headings of all four levels."""
    part = section(
        "关于本条建议的办理情况",
        SENTENCE,
        children=(
            section("已经完成的工作。", SENTENCE * 2, run_in=True),
            section(
                "正在推进的工作",
                SENTENCE,
                children=(section("建立台账。", SENTENCE, run_in=True, children=(section("分级负责", SENTENCE),)),),
            ),
            section("下一步安排。", "到2022年7月底，办结率98.5%，同比增长201.68%，共22件。", run_in=True),
        ),
    )
    return number([section("", SENTENCE), *([part] * parts)], Scheme.FULL)


def letter(**changes: Any) -> Letter:
    """The letter of case 005 with every part filled, `changes` made to it."""
    return replace(
        Letter(
            masthead="盘锦市司法局",
            number="盘司函〔2022〕18号",
            class_mark="A",
            title="对市政协九届一次会议关于推动盘锦市营商环境法治化建设（第005号）提案的答复",
            addressee="民建盘锦市委员会",
            opening="贵委提出的关于推动盘锦市营商环境法治化建设的提案（第005号）收悉，经研究，答复如下：",
            body=outline(),
            closing=("感谢贵委对司法行政工作的关心，欢迎继续提出意见。", "特此答复。"),
            signers=("盘锦市司法局",),
            signed_on=date(2022, 8, 18),
            note="此件公开发布",
            contact_person="王敏",
            contact_phone="0427-2820000",
            copies=("市政协提案委员会", "市政府督查室", "市公安局", "市市场监督管理局", "市营商环境建设局"),
        ),
        **changes,
    )


def plain_body(paragraphs: int, text: str = SENTENCE) -> tuple[Section, ...]:
    """A body without headings."""
    return (Section(0, "", "", False, (text,) * paragraphs),)


@contextmanager
def pages_of(pdf: Pdf) -> Iterator[list[Page]]:
    """The pages of a finished PDF, open for measuring."""
    with pdfplumber.open(io.BytesIO(pdf.content)) as document:
        yield document.pages


def rows(page: Page, size: float | None = None) -> dict[float, str]:
    """The printed lines of a page: top edge of the character box in mm -> text; only of one size in points if given."""
    found: dict[float, str] = {}
    for character in page.chars:
        if size is None or abs(character["size"] - size) < 0.1:
            top = round(character["top"] / MM, 1)
            found[top] = found.get(top, "") + character["text"]
    return dict(sorted(found.items()))


def left_of(page: Page, text: str) -> float:
    """Where a piece of text starts on its line, in mm from the left page edge."""
    return float(page.search(_spaced(text))[0]["x0"]) / MM


def right_of(page: Page, text: str) -> float:
    """Where a piece of text ends on its line, in mm from the left page edge."""
    return float(page.search(_spaced(text))[0]["x1"]) / MM


def printed_text(pdf: Pdf) -> str:
    """All characters of the type area in printed order, without blanks and page numbers."""
    with pages_of(pdf) as pages:
        characters = (c["text"] for page in pages for c in page.chars if c["top"] / MM < TYPE_AREA_BOTTOM)
        return squeezed("".join(characters))


def expected_text(source: Letter) -> str:
    """What `printed_text` must give for a letter."""
    return squeezed(plain_text(normalise(source)))


def squeezed(text: str) -> str:
    """The text without any blanks."""
    return "".join(text.split())


def _spaced(text: str) -> str:
    return r"\s*".join(map(re.escape, text))
