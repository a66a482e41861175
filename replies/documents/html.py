"""The letter as one HTML page that prints like the letter (pure): for mail, archives without a reader, and browsers."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from replies.documents.docx import UnknownBlock

# DOMAIN.md 2.2 and 2.3. A browser numbers its own pages; the lower pair of rules is left to the printed files.
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
.signature { margin-top: 29pt; break-inside: avoid; padding-right: 2em }
.copies { font-size: 14pt; margin-top: 29pt; padding: 0 1em; text-indent: 0 }
.annex { break-before: page }
@media screen { body { padding: 1em } }
""".strip()


def write_html(data: Mapping[str, Any]) -> bytes:
    """The page for what `layout.template_data` gives, in UTF-8, with its style and without anything to fetch.

    Raises UnknownBlock for a kind of block it cannot print.
    """
    title = escape(data["title"])
    body = "\n".join(_body(data))
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<style>\n{_STYLE}\n</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    ).encode()


def _body(data: Mapping[str, Any]) -> Iterator[str]:
    yield from _lines("p", "masthead", data["masthead"])
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
    if data["annex"]:
        yield '<section class="annex">'
        yield from _lines("p", "flush hei", "附件")
        yield from _lines("p", "flush annex-title", data["annex"][0])
        yield from _lines("p", "", *data["annex"][1:])
        yield "</section>"
    yield from _lines("p", "copies", data["copies"])


def _block(block: Mapping[str, Any]) -> str:
    if block["kind"] == "heading":
        tag = f"h{min(block['level'], 6)}"
        return f'<{tag} class="{escape(block["font"])}">{escape(block["text"])}</{tag}>'
    if block["kind"] != "text":
        raise UnknownBlock(block["kind"])
    lead = f'<span class="{escape(block["font"])}">{escape(block["lead"])}</span>' if block["lead"] else ""
    return f"<p>{lead}{escape(block['text'])}</p>"


def _lines(tag: str, style: str, *texts: str) -> Iterator[str]:
    named = f' class="{style}"' if style else ""
    return (f"<{tag}{named}>{escape(text)}</{tag}>" for text in texts if text)
