"""``python -m tests.load.books [CASES]``: what a book costs, made in child processes as the queue makes it. JSON.

The cases are of realistic length, three pages each; the real reply is among them when it lies beside the repository.
Every paragraph differs: the typesetter remembers the ones it has set.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

import typst

from replies.documents.book.structure import Book
from replies.documents.book.volumes import in_process, make_files, new_plan
from replies.documents.fontset import load_fonts
from replies.documents.formats import Format
from replies.structure.outline import Scheme, number
from tests.documents.book.samples import book, entry
from tests.documents.samples import letter, section
from tests.load.letters import real_or_sample

CASES = 500
_HEAD = '#set document(title: "x")\n#set page(paper: "a4")\n#set text(lang: "zh", font: "FandolFang R", size: 16pt)\n'
EMPTY = _HEAD + "#for n in range(%(pages)d - 1) { pagebreak() }\n"
# Twenty-two different lines a page.
PLAIN = (
    _HEAD
    + """#set page(margin: (x: 28mm, y: 37mm))
#for n in range(%(pages)d) {
  if n > 0 { pagebreak() }
  for line in range(20) { par[全市排查点位#(n * 22 + line)处，列出问题清单，每月汇总一次进展。] }
}
"""
)
TURNS = (
    "全市排查点位{n}处，列出问题清单{m}项，由专班每月汇总一次进展，并把结果当面告知提案者。",
    "投入专项资金{n}万元，完成管线改造{m}公里，惠及居民{n}户，满意率保持在九成以上。",
    "下一步将会同有关单位在{m}个园区设立服务站，年底前办结{n}件，办理情况向社会公布。",
    "针对委员提出的第{m}条建议，我们走访企业{n}家，已把其中可以马上做的写进今年的工作计划。",
)


def prose(start: int, sentences: int) -> str:
    """A paragraph no other equals: about forty characters a sentence."""
    return "".join(TURNS[(start + n) % 4].format(n=start * 7 + n, m=start % 97 + n) for n in range(sentences))


def realistic(cases: int) -> Book:
    """So many cases of about three pages: one of the proposal, two of its answer. The real reply stands first."""
    place = count(1)

    def text(sentences: int) -> str:
        return prose(next(place), sentences)

    _, real = real_or_sample()
    found = []
    for case in range(1, cases + 1):
        sections = [section(f"关于第{n}条建议", text(4), text(3)) for n in range(1, 3)]
        answer = real if case == 1 else letter(body=number(sections, Scheme.SHORT))
        own = entry(case, answer, length=90)
        parts = tuple(replace(part, paragraphs=(text(3),)) for part in own.parts)
        found.append(replace(own, parts=parts, title=f"关于加强第{case}片区城市更新和便民服务的提案"))
    return book(found)


def measure(cases: int) -> dict[str, dict[str, Any]]:
    """Milliseconds, bytes, pages and megabytes: each file of the book, the whole, and the engine's floor."""
    source = realistic(cases)
    figures: dict[str, dict[str, Any]] = {}
    pages = 0
    last = begun = time.perf_counter()
    for file in make_files(source, formats=[Format.PDF, Format.DOCX], maker=in_process(source), plan=new_plan(source)):
        moment = time.perf_counter()
        name = f"汇编{cases}件：{file.kind.upper()}" + (f" 第{file.number}册" if file.of > 1 else "")
        figures[name] = {"median": round(1000 * (moment - last)), "runs": 1, "bytes": len(file.content)}
        pages += file.pages if file.kind == Format.PDF else 0
        last = moment
    whole = round(1000 * (last - begun))
    # Of the largest child process; kilobytes on Linux.
    peak = round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
    figures[f"汇编{cases}件：全部"] = {"median": whole, "runs": 1, "peak_mb": peak}
    for name, template in (("空白", EMPTY), ("只有文字", PLAIN)):
        floor = _floor(template, pages)
        figures[f"排版引擎底线：{pages}页{name}（汇编是它的{whole / floor:.1f}倍）"] = {
            "median": round(floor),
            "runs": 1,
        }
    return figures


def _floor(template: str, pages: int) -> float:
    """Milliseconds for as many pages of this template, in the same conformance."""
    fonts = load_fonts(())
    text = template % {"pages": pages}
    began = time.perf_counter()
    compiler = typst.Compiler(text.encode(), font_paths=fonts.loaded, ignore_system_fonts=True)
    compiler.compile(format="pdf", pdf_standards=["a-2a", "ua-1"], timestamp=datetime(2022, 1, 1, tzinfo=UTC))
    return 1000 * (time.perf_counter() - began)


def main(cases: int) -> None:
    """Write the figures as JSON."""
    sys.stdout.write(json.dumps({"figures": measure(cases)}, ensure_ascii=False))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else CASES)
