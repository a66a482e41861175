"""Named styles, fonts and settings of the DOCX. Licensed names come first, free ones stand in for them (DOMAIN 2.4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from replies.documents.docx.measures import (
    MASTHEAD_LINE,
    MASTHEAD_SIZE,
    PITCH,
    SIZE_2,
    SIZE_3,
    SIZE_4,
    SIZE_TABLE,
    TABLE_LINE,
    TRACKING,
)
from replies.documents.docx.xml import Element, val, w

FONTS = {"fang": "仿宋_GB2312", "kai": "楷体_GB2312", "hei": "黑体", "song": "方正小标宋简体", "serif": "宋体"}
# Read by Word and WPS where the font itself is not installed (ISO/IEC 29500-1, 17.8.3.1).
_STAND_IN = {
    "fang": "FangSong_GB2312,仿宋,FangSong,FandolFang R,Noto Serif SC",
    "kai": "KaiTi_GB2312,楷体,KaiTi,FandolKai,Noto Serif SC",
    "hei": "SimHei,Noto Sans SC",
    "song": "FZXiaoBiaoSong-B05S,方正小标宋_GBK,FandolSong,Noto Serif SC",
    "serif": "SimSun,Noto Serif SC",
}
RED = "E60012"
_TWO_CHARACTERS = {"firstLine": 2 * (20 * int(SIZE_3) + TRACKING), "firstLineChars": 200}


@dataclass(frozen=True)
class Style:
    """A paragraph style: its name, its font by role, size in points, and what differs from the body's paragraphs."""

    name: str
    font: str = "fang"
    size: float = SIZE_3
    indent: bool = False
    align: str = "both"
    line: int = PITCH
    before: int = 0
    after: int = 0
    bold: bool = False
    color: str = ""
    keep: bool = False  # on one page with what follows
    tracking: int = TRACKING
    level: int = 0  # in the outline; the title is 1


STYLES = {
    "Masthead": Style(
        "发文机关标志", "song", MASTHEAD_SIZE, align="center", line=round(20 * MASTHEAD_SIZE * MASTHEAD_LINE),
        color=RED, tracking=0,
    ),
    "Number": Style("发文字号", align="right"),
    "ClassMark": Style("办理类别", "hei", align="right"),
    "Title": Style(
        "公文标题", "song", SIZE_2, align="center", before=2 * PITCH, after=PITCH, bold=True, tracking=0, level=1
    ),
    "Addressee": Style("主送机关", keep=True),
    "Text": Style("公文正文", indent=True),
    "Heading1": Style("一级标题", "hei", indent=True, keep=True, level=2),
    "Heading2": Style("二级标题", "kai", indent=True, keep=True, level=3),
    "Heading3": Style("三级标题", indent=True, keep=True, level=4),
    "Heading4": Style("四级标题", indent=True, keep=True, level=5),
    "Signer": Style("发文机关署名", align="right", keep=True),
    "Date": Style("成文日期", align="right"),
    "Remark": Style("附注", indent=True),
    "Copies": Style("抄送机关", size=SIZE_4, tracking=0),
    "Imprint": Style("印发机关", size=SIZE_4, align="left", tracking=0),
    "AnnexName": Style("附件说明", align="left"),
    "AnnexMark": Style("附件标识", "hei", after=PITCH),
    "AnnexTitle": Style("附件标题", "song", SIZE_2, align="center", after=PITCH, bold=True, tracking=0),
    "TableHead": Style("表头", "hei", SIZE_TABLE, align="center", line=TABLE_LINE, tracking=0),
    "TableCell": Style("表格文字", size=SIZE_TABLE, align="left", line=TABLE_LINE, tracking=0),
    "PageNumber": Style("公文页码", "serif", SIZE_4, line=round(20 * SIZE_4), tracking=0),
    "Anchor": Style("版记锚点", size=1, line=20, tracking=0),
}  # fmt: skip
# A heading that runs into its paragraph: the same font within the line.
RUN_STYLES = {"hei": ("Lead1", "一级标题字"), "kai": ("Lead2", "二级标题字")}


def styles(wider: int = 0, more: Mapping[str, Style] = MappingProxyType({})) -> Element:
    """The styles part: defaults, the letter's paragraph styles and `more`, and the fonts of run-in headings. `wider`:
    twips added between the characters on the grid."""
    default = w(
        "docDefaults",
        w("rPrDefault", w("rPr", _fonts("fang"), *_sizes(SIZE_3), w("lang", val="en-US", eastAsia="zh-CN"))),
        w("pPrDefault"),
    )
    normal = w("style", val("name", "Normal"), w("qFormat"), type="paragraph", default=1, styleId="Normal")
    paragraphs = [_paragraph_style(key, style, wider) for key, style in {**STYLES, **more}.items()]
    leads = [
        w(
            "style",
            val("name", name),
            w("qFormat"),
            w("rPr", _fonts(font)),
            type="character",
            styleId=key,
            customStyle=1,
        )
        for font, (key, name) in RUN_STYLES.items()
    ]
    return w("styles", default, normal, *paragraphs, *leads)


def _paragraph_style(key: str, style: Style, wider: int) -> Element:
    following = {"Title": "Addressee", "Addressee": "Text"}.get(key, "Text" if style.level else key)
    tracking = style.tracking + wider if style.tracking == TRACKING else style.tracking
    properties = [
        *([w("keepNext")] if style.keep else []),
        val("widowControl", 0),
        val("kinsoku", 1),
        # Read by LibreOffice the other way round (7.4 and before it): with 0 it lets a mark hang out of the type area,
        # with 1 it does not. Word and WPS have 1 by themselves.
        val("overflowPunct", 1),
        val("autoSpaceDE", 0),
        val("autoSpaceDN", 0),
        val("adjustRightInd", 0),
        val("snapToGrid", 0),
        w("spacing", before=style.before, after=style.after, line=style.line, lineRule="exact"),
        *([w("ind", **_TWO_CHARACTERS)] if style.indent else []),
        val("jc", style.align),
        *([val("outlineLvl", style.level - 1)] if style.level else []),
    ]
    look = [
        _fonts(style.font),
        *([w("b")] if style.bold else []),
        *([val("color", style.color)] if style.color else []),
        *([val("spacing", tracking)] if tracking else []),
        *_sizes(style.size),
    ]
    head = [val("name", style.name), val("basedOn", "Normal"), val("next", following), w("qFormat")]
    # Names in Latin letters are the programs' own (heading 1, toc 1).
    own = {} if style.name.isascii() else {"customStyle": 1}
    return w("style", *head, w("pPr", *properties), w("rPr", *look), type="paragraph", **own, styleId=key)


def _fonts(role: str) -> Element:
    # The hint sets quotation marks and dashes in the Chinese font; digits take its half-width ones.
    name = FONTS[role]
    return w("rFonts", hint="eastAsia", ascii=name, hAnsi=name, eastAsia=name, cs=name)


def _sizes(points: float) -> tuple[Element, Element]:
    return val("sz", round(points * 2)), val("szCs", round(points * 2))


def font_table() -> Element:
    """Every font by its licensed name, with the names that may stand in for it."""
    return w(
        "fonts",
        *(
            w(
                "font",
                val("altName", _STAND_IN[role]),
                val("charset", 86),  # GB2312
                val("family", "modern" if role in {"fang", "kai", "hei"} else "roman"),
                val("pitch", "variable" if role == "song" else "fixed"),
                name=name,
            )
            for role, name in FONTS.items()
        ),
    )


def settings() -> Element:
    """Odd and even pages differ; punctuation may be narrowed at a line's end; the layout rules of Word 2013."""
    mode = w("compatSetting", name="compatibilityMode", uri="http://schemas.microsoft.com/office/word", val=15)
    return w(
        "settings",
        w("zoom", percent=100),
        val("defaultTabStop", 640),
        w("evenAndOddHeaders"),
        val("characterSpacingControl", "compressPunctuation"),
        w("compat", mode),
        w("themeFontLang", val="en-US", eastAsia="zh-CN"),
    )
