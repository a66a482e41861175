"""``python -m tests.load.letters``: what a letter costs, in a process of its own so that its memory is its own. JSON.

The real reply when it lies beside the repository, else the letter of the tests.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import typst

from replies.documents.docx import write_docx
from replies.documents.engine import Trial, _lay_out, typeset
from replies.documents.fontset import load_fonts
from replies.documents.formats import Format
from replies.documents.layout import template_data
from replies.documents.letter import Letter
from replies.documents.ofd import write_ofd
from replies.documents.process import render_in_process
from replies.structure.outline import Section
from replies.structure.reading import read_reply
from tests.documents.samples import letter as sample
from tests.documents.samples import outline

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "panjin-005.txt"
DAY = datetime(2022, 8, 18, tzinfo=UTC)
EMPTY = b'#set page(paper: "a4")\n'
# The engine's own floor: a process that loads our fonts and writes as many blank sides to the same standards.
FLOOR = """
import resource, sys
from datetime import UTC, datetime
import typst
from replies.documents.fontset import load_fonts
blank = b'#set document(title: "-", date: datetime(year: 2022, month: 8, day: 18))\\n#set page(paper: "a4")\\n'
blank += b"#pagebreak(weak: false)\\n" * (int(sys.argv[1]) - 1)
compiler = typst.Compiler(blank, font_paths=load_fonts(()).loaded, ignore_system_fonts=True)
made = compiler.compile(format="pdf", pdf_standards=["a-2a", "ua-1"], timestamp=datetime(2022, 8, 18, tzinfo=UTC))
print(len(made), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
TOP = Path(__file__).resolve().parents[2]
BLANK = '#set document(title: "-", date: datetime(year: 2022, month: 8, day: 18))\n#set page(paper: "a4")\n'


def real_or_sample() -> tuple[str, Letter]:
    """Which letter is set, and the letter."""
    if not REAL.is_file():
        return "样本", sample(body=outline(8))
    reply = read_reply(REAL.read_text(encoding="utf-8"))
    return "第005号真实答复", Letter(
        masthead=reply.signers[0],
        number=reply.document_number or "",
        class_mark=reply.result_class or "",
        title=reply.title or "",
        addressee="、".join(reply.addressees),
        opening=reply.opening or "",
        body=reply.sections,
        closing=reply.closing,
        signers=reply.signers,
        signed_on=reply.signed_on,
    )


def another(letter: Letter, number: int) -> Letter:
    """The letter with a mark in every paragraph: the typesetter remembers paragraphs it has set in this process."""

    def marked(section: Section) -> Section:
        paragraphs = tuple(f"{text}{number}" for text in section.paragraphs)
        return replace(section, paragraphs=paragraphs, children=tuple(map(marked, section.children)))

    return replace(letter, title=f"{letter.title}{number}", body=tuple(map(marked, letter.body)))


def timed(call: Callable[[], Any], runs: int) -> dict[str, Any]:
    """Median and p95 in milliseconds."""
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        call()
        times.append((time.perf_counter() - began) * 1000)
    return {"median": round(median(times), 2), "p95": round(sorted(times)[int(runs * 0.95) - 1], 2), "runs": runs}


def floor_in_a_process(pages: int) -> tuple[int, float]:
    """Bytes and peak memory in MB of as many blank sides, in a process of their own."""
    done = subprocess.run(
        [sys.executable, "-c", FLOOR, str(pages)], cwd=TOP, capture_output=True, check=True, text=True
    )
    size, kilobytes = map(int, done.stdout.split())
    return size, round(kilobytes / 1024, 1)


def ratios(figures: dict[str, dict[str, Any]]) -> dict[str, float]:
    """How many times its floor each figure of the letter is: time, memory and bytes; the warm ones over as many blank
    sides laid out, and written, in a process that is running."""
    cold, floor = figures["答复函：整份，新进程"], figures["排版引擎底线：同样页数的空白页，新进程"]
    laid, laid_blank = figures["答复函：一遍排版"], figures["排版引擎底线：同样页数的空白页，一遍排版"]
    warm, warm_blank = figures["答复函：整份，热"], figures["排版引擎底线：同样页数的空白页，热"]
    return {
        "pass": round(laid["median"] / laid_blank["median"], 2),
        "warm": round(warm["median"] / warm_blank["median"], 2),
        "time": round(cold["median"] / floor["median"], 2),
        "peak": round(cold["peak_mb"] / floor["peak_mb"], 2),
        "bytes": round(cold["bytes"] / floor["bytes"], 2),
    }


def main(runs: int) -> dict[str, Any]:
    """All figures of one letter."""
    name, letter = real_or_sample()
    cold = timed(lambda: render_in_process(letter), runs)
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    # Before this process grows: a child's peak begins with what its parent had.
    pages = render_in_process(letter).pages
    blank_bytes, blank_peak = floor_in_a_process(pages)
    floor = timed(lambda: floor_in_a_process(pages), runs)
    fonts = load_fonts(())
    data = template_data(letter)
    marks = count()
    others = iter([template_data(another(letter, number)) for number in range(2 * runs)])

    def empty() -> None:
        typst.Compiler(EMPTY, font_paths=fonts.loaded, ignore_system_fonts=True).compile(format="pdf")

    def blank(*, is_written: bool) -> None:
        # Each time another text, as of the letter: nothing comes out of the typesetter's memory.
        source = f"{BLANK}{'#pagebreak(weak: false)' * (pages - 1)}\n#metadata({next(marks)})<facts>\n"
        with TemporaryDirectory() as folder:  # a source given as bytes can be used once
            place = Path(folder) / "blank.typ"
            place.write_text(source, encoding="utf-8")
            compiler = typst.Compiler(str(place), font_paths=fonts.loaded, ignore_system_fonts=True)
            compiler.query("<facts>", field="value", one=True)
            if is_written:
                compiler.compile(format="pdf", pdf_standards=["a-2a", "ua-1"], timestamp=DAY)

    def one_pass() -> None:
        text = json.dumps({**next(others), "fonts": fonts.families}, ensure_ascii=False)
        _lay_out(text, fonts, Trial())

    pdf = typeset(data)
    docx, ofd = write_docx(data), write_ofd(pdf.content, data)
    figures = {
        "排版引擎底线：空白页": timed(empty, runs),
        "排版引擎底线：同样页数的空白页，新进程": {**floor, "bytes": blank_bytes, "peak_mb": blank_peak},
        "排版引擎底线：同样页数的空白页，一遍排版": timed(lambda: blank(is_written=False), runs),
        "排版引擎底线：同样页数的空白页，热": timed(lambda: blank(is_written=True), runs),
        "答复函：一遍排版": timed(one_pass, runs),
        "答复函：整份，热": {**timed(lambda: typeset(next(others)), runs), "bytes": len(pdf.content)},
        "答复函：整份，新进程": {**cold, "bytes": len(pdf.content), "peak_mb": round(children, 1)},
        "答复函：DOCX，热，不含排版": {**timed(lambda: write_docx(data), runs), "bytes": len(docx)},
        "答复函：OFD，热，不含排版": {**timed(lambda: write_ofd(pdf.content, data), runs), "bytes": len(ofd)},
        "答复函：DOCX，新进程": timed(lambda: render_in_process(letter, kind=Format.DOCX), runs),
        "答复函：OFD，新进程": timed(lambda: render_in_process(letter, kind=Format.OFD), runs),
    }
    return {"letter": name, "pages": pdf.pages, "figures": figures, "times_the_floor": ratios(figures)}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20), ensure_ascii=False))
