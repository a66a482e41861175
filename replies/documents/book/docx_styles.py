"""The styles a book's DOCX has besides the letter's."""

from dataclasses import replace

from replies.documents.docx import measures as m
from replies.documents.docx.styles import STYLES, Style

_SMALL, _SMALL_LINE = 12.0, 18 * 20
# The names in Latin letters are those every program knows as its own headings and contents.
BOOK_STYLES = {
    "Chapter": replace(STYLES["Title"], name="heading 1", before=0, keep=True),
    "Case": Style("heading 2", "song", 18.0, align="center", before=m.PITCH // 2, after=m.PITCH // 2, bold=True,
                  tracking=0, keep=True, level=2),
    "Answer": Style("heading 3", "song", 18.0, align="center", before=m.PITCH, after=m.PITCH // 2, bold=True,
                    tracking=0, keep=True, level=3),
    "AnswerNumber": Style("答复文号", align="center"),
    "Fact": Style("提案要素", align="left"),
    "CoverTitle": Style("封面书名", "song", 36.0, align="center", before=m.PITCH, after=m.PITCH, line=50 * 20,
                        bold=True, tracking=0),
    "CoverSubject": Style("封面届次", "kai", 22.0, align="center", tracking=0, line=40 * 20),
    "CoverLine": Style("封面文字", "fang", 16.0, align="center", tracking=0, line=36 * 20),
    "ContentsTitle": Style("目录标题", "song", m.SIZE_2, align="center", after=m.PITCH, bold=True, tracking=0),
    "VolumeName": Style("分册名", "kai", m.SIZE_4, align="center", before=240, after=120, tracking=0, keep=True),
    "TOC1": Style("toc 1", "hei", _SMALL, line=_SMALL_LINE, before=160, tracking=0, align="left"),
    "TOC2": Style("toc 2", "fang", _SMALL, line=_SMALL_LINE, tracking=0, align="left"),
    "IndexLine": Style("索引项", "fang", _SMALL, line=_SMALL_LINE, tracking=0, align="left"),
    "Running": Style("页眉文字", "fang", 10.5, line=16 * 20, tracking=0, align="left"),
}  # fmt: skip
