"""The letter as one HTML page that prints like the letter (pure): for mail, archives without a reader, and browsers."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from replies.documents.docx import UnknownBlock
from replies.documents.shared import BREAK, DOCUMENT_FORM

# DOMAIN.md 2.2 and 2.3. The lower pair of rules, and an imprint at the very foot, are left to the printed files.
_STYLE = """
@page { size: A4; margin: 37mm 26mm 35mm 28mm }
body { max-width: 156mm; margin: 0 auto; font: 16pt/29pt FangSong_GB2312, 仿宋_GB2312, FangSong, 仿宋, serif;
  text-align: justify; overflow-wrap: anywhere }
p { margin: 0; text-indent: 2em }
h1, .annex-title { font: bold 22pt/29pt FZXiaoBiaoSong-B05S, 方正小标宋简体, "Songti SC", SimSun, serif;
  text-align: center; margin: 58pt 0 29pt }
h2, h3, h4, h5, h6 { font: inherit; margin: 0; text-indent: 2em; break-after: avoid }
.hei { font-family: SimHei, 黑体, sans-serif }
.kai { font-family: KaiTi_GB2312, 楷体_GB2312, KaiTi, 楷体, serif }
.masthead { font: bold 38pt/1.2 FZXiaoBiaoSong-B05S, 方正小标宋简体, "Songti SC", SimSun, serif; color: #e60012;
  letter-spacing: .08em; text-align: center; text-indent: 0; border-bottom: 3px double #e60012; padding-bottom: 4mm }
.right { text-align: right; text-indent: 0 }
.flush { text-indent: 0 }
.signature { margin-top: 29pt; break-inside: avoid; break-before: avoid; padding-right: 2em }
.copies { font-size: 14pt; margin-top: 29pt; padding: 0 1em; text-indent: 0 }
.annex { break-before: page }
.annex-title { margin: 29pt 0 }
.annex-name { break-before: avoid; text-align: left; text-indent: 0; padding-left: 2em }
.annex-name + .annex-name { padding-left: 5em }
:not(.annex-name) + .annex-name { margin-top: 29pt }
table { width: 100%; table-layout: fixed; border-collapse: collapse; font-size: 10.5pt; line-height: 1.45;
  margin: 13pt 0; text-align: left }
th, td { border: .5pt solid; padding: 1.4mm 1.2mm; vertical-align: top; font-weight: normal }
th { font-family: SimHei, 黑体, sans-serif; text-align: center; vertical-align: middle }
.imprint { margin-top: 29pt; border: solid; border-width: .35mm 0; font-size: 14pt; break-inside: avoid }
.imprint p { text-indent: 0; padding: 0 1em }
.imprint .hanging { padding-left: 4em; text-indent: -3em }
.imprint p + p { border-top: .25mm solid }
.imprint span { float: right }
@media screen { body { padding: 1em } }
""".strip()
_NUMBER = 'content: "— " counter(page) " —"; font: 14pt SimSun, 宋体, serif; vertical-align: top; padding-top: 7mm'
# Clause 7.5: outside, one character in; a letter's first page has none.
_PAGE_NUMBERS = f"""
@page :right {{ @bottom-right {{ {_NUMBER}; padding-right: 14pt }} }}
@page :left {{ @bottom-left {{ {_NUMBER}; padding-left: 14pt }} }}
""".strip()
_LETTER = "@page :first { @bottom-right { content: none } }"
# Clauses 7.2.4 to 7.2.7. Free above a character's box in its line: 6.5 pt at size 3, 3.5 pt at size 2. The mark's ink
# begins .16em (48 pt) under the upper edge of its line and ends .11em over the lower one.
_DOCUMENT = """
body { position: relative }
.masthead { font-size: 48pt; padding: calc(35mm - .16em) 0 0; border: 0 }
.number { text-align: center; text-indent: 0; padding-top: calc(58pt - 6.5pt - 5.3pt) }
.red { height: .53mm; background: #e60012; margin-top: calc(4mm - 6.5pt); print-color-adjust: exact }
.masthead + .red { margin-top: calc(58pt - 5.3pt) }
h1 { margin-top: calc(58pt - 3.5pt) }
.class-mark { position: absolute; top: 0; right: 0 }
""".strip()


def write_html(data: Mapping[str, Any]) -> bytes:
    """The page for what `layout.template_data` gives, in UTF-8, with its style and without anything to fetch.

    Raises UnknownBlock for a kind of block it cannot print.
    """
    title = escape(data["title"])
    body = "\n".join(_body(data))
    style = "\n".join((_STYLE, _PAGE_NUMBERS, _DOCUMENT if data["form"] == DOCUMENT_FORM else _LETTER))
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<style>\n{style}\n</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    ).encode()


def _body(data: Mapping[str, Any]) -> Iterator[str]:
    yield from _lines("p", "masthead", data["masthead"])
    if data["form"] == DOCUMENT_FORM:
        yield from _lines("p", "number", data["number"])
        yield '<div class="red"></div>'
        yield from _lines("p", "flush hei class-mark", data["class_mark"])
    else:
        yield from _lines("p", "right", data["number"])
        yield from _lines("p", "right hei", data["class_mark"])
    yield f"<h1>{'<br>'.join(map(escape, data['title_lines']))}</h1>"
    yield from _lines("p", "flush", data["addressee"])
    for block in data["blocks"]:
        yield _block(block)
    if data["signers"] or data["signed_on"]:
        yield '<div class="signature">'
        yield from _lines("p", "right", *data["signers"], data["signed_on"])
        yield "</div>"
    yield from _lines("p", "", *data["remarks"])
    for annex in data["annexes"]:
        yield from _annex(annex)
    yield from _foot(data)


def _annex(annex: Mapping[str, Any]) -> Iterator[str]:
    yield '<section class="annex">'
    yield from _lines("p", "flush hei", annex["label"])
    if annex["title"]:
        yield f'<h2 class="flush annex-title">{"<br>".join(map(escape, annex["title_lines"]))}</h2>'
    yield from _lines("p", "", *annex["paragraphs"])
    for table in annex["tables"]:
        yield from _table(table)
    yield "</section>"


def _table(table: Mapping[str, Any]) -> Iterator[str]:
    """Ruled, its columns by their shares; print repeats a `thead` on every page."""
    total = sum(table["shares"])
    columns = "".join(f'<col style="width: {100 * share / total:.2f}%">' for share in table["shares"])
    heads = "".join(f'<th scope="col">{escape(head)}</th>' for head in table["heads"])
    yield f"<table>\n<colgroup>{columns}</colgroup>\n<thead><tr>{heads}</tr></thead>\n<tbody>"
    for row in table["rows"]:
        yield f"<tr>{''.join(f'<td>{_cell(texts)}</td>' for texts in row)}</tr>"
    yield "</tbody>\n</table>"


def _cell(texts: list[str]) -> str:
    """The lines of a cell. Where typst is told that a long run may break, the style breaks it."""
    return "<br>".join(escape(text.replace(BREAK, "")) for text in texts)


def _foot(data: Mapping[str, Any]) -> Iterator[str]:
    if data["form"] != DOCUMENT_FORM:
        yield from _lines("p", "copies", data["copies"])
    elif data["copies"] or data["printed_by"]:
        yield '<div class="imprint">'
        yield from _lines("p", "hanging", data["copies"])
        if data["printed_by"]:
            day = f"<span>{escape(data['printed_on'])}</span>" if data["printed_on"] else ""
            yield f"<p>{escape(data['printed_by'])}{day}</p>"
        yield "</div>"


def _block(block: Mapping[str, Any]) -> str:
    if block["kind"] == "heading":
        tag = f"h{min(block['level'], 6)}"
        return f'<{tag} class="{escape(block["font"])}">{escape(block["text"])}</{tag}>'
    if block["kind"] == "annex":
        return f'<p class="annex-name">{escape(block["lead"] + block["text"])}</p>'
    if block["kind"] != "text":
        raise UnknownBlock(block["kind"])
    lead = f'<span class="{escape(block["font"])}">{escape(block["lead"])}</span>' if block["lead"] else ""
    return f"<p>{lead}{escape(block['text'])}</p>"


def _lines(tag: str, style: str, *texts: str) -> Iterator[str]:
    named = f' class="{style}"' if style else ""
    return (f"<{tag}{named}>{escape(text)}</{tag}>" for text in texts if text)
