"""What stands below the last section of a letter: closing, signers, date, contact, copies, class mark."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from replies.structure.dates import find_date, is_date_line, split_before_date
from replies.structure.imported import Contact, TailKind, TailLine
from replies.structure.letter_head import read_class_mark, read_document_number
from replies.structure.lines import Line, make_line, no_blanks
from replies.structure.markers import split_spoken
from replies.structure.page import is_footer_line
from replies.structure.signing import is_signer, signer_names, signs_by_place

_DESK = (
    "承办单位联系人|联系人|联系电话|联系方式|联系单位|联系科室|咨询电话|办公电话|单位电话|电话|手机|传真|邮编|邮箱|地址|"
    "通讯地址"
)
_BARE_CONTACT = r"\(?(?:联系人|联系电话|电话)[\u4e00-\u9fff]{0,10}\d[\d\-]{5,20}\)?"
_HANDS = (
    "(?:具体)?承办人员?|(?:具体)?经办人员?|(?:承办|经办|办理|分管|主管|单位|科室)?(?:负责|责任)人|审核人|签发人|领导签[发批字]|领导署名|"
    "签发领导|主管领导|分管领导|责任领导|承办领导|拟稿人"
)
_KINDS: tuple[tuple[TailKind, re.Pattern[str]], ...] = (
    (TailKind.CONTACT, re.compile(rf"\(?(?:{_DESK}|{_HANDS})(?:及|和|、|:|;|姓名|电话|$).{{0,80}}|{_BARE_CONTACT}")),
    (TailKind.COPIES, re.compile(r"\(?(?:抄送|抄报|报送)(?:单位)?:?.+")),
    (
        TailKind.PUBLICITY,
        re.compile(
            r"\(?(?:此件[^()。]{2,14}|(?:(?:信息)?公开(?:属性|方式|类别|类型|形式|选项):?)?(?:主动公开|依申请公开|不予公开|同意公开)|"
            r"是否(?:同意)?公开:?\(?[是否]\)?)\)?"
        ),
    ),
    (
        TailKind.OTHER,
        re.compile(
            r"附件(?:\d{0,2})?:.{1,80}|"
            r"(?:承办|主办|会办|协办|办理)(?:单位|科室|部门|处室):.{1,60}|"
            r"(?:报|送|主送|分送|共印\d{0,4}份?|印发?|校对):.{1,60}|.{2,30}(?:19|20)\d{2}年\d{1,2}月\d{1,2}日印发?"
        ),
    ),
)
_FORMULA = re.compile(
    r"(?:最后|再次|衷心|诚挚|真诚|非常|十分|在此|同时|也|我们|,)*(?:感谢|谢谢)|.{0,12}表示.{0,6}感谢|(?:最后|在此|再次|同时)[^。]{0,40}表示.{0,6}感谢|"
    r"(?:特此|专此|谨此).{0,6}$|此复|此致|敬礼|顺致|祝(?:您|你们).{0,20}$|"
    r"(?:特此|专此)(?:答复|函复|回复|报告)|(?:对)?以上(?:答复|意见|是|为|情况|回复|办理)|如有.{0,6}意见|欢迎.{0,30}(?:监督|批评|意见|关注)|"
    r"(?:敬请|希望|恳请)(?:您|你们|各位).{0,60}$|(?:希望|敬请|欢迎|恳请)[^。]{0,20}多提[^。]{0,6}(?:意见|建议)"
)
_NEXT_STEPS = re.compile(r"(?:下一步|下步|今后|接下来|下一阶段|综上|总之|最后)")
_LONG_LINE = 80  # below the date line of a letter stand notes, no paragraphs
_PUBLICITY_LABEL = re.compile(r"^(?:信息)?公开(?:属性|方式|类别|类型|形式|选项):?")
_WORDS_OF_PUBLICITY = "主动公开|依申请公开|不予公开|同意公开"
_LABELLED_PUBLICITY = re.compile(
    rf"公开(?:属性|方式|类别|类型|形式|选项)[:|]*({_WORDS_OF_PUBLICITY})(?![\u4e00-\u9fff]{{3}})"
)
_PUBLICITY_BEHIND = re.compile(rf"(?:^|[^\u4e00-\u9fff]|类)\(?({_WORDS_OF_PUBLICITY})\)?$")
_NEXT_LABEL = re.compile(r"\s+(?:联系单位|联系人|联系电话|联系科室|主题词|承办单位|校对|共印)\s*[:：]")
_BODY_NAME = re.compile(
    r"[\u4e00-\u9fff()（）]{2,}(?:委员会|委|办公室|办|局|室|处|科|府|会|厅|院|部|中心|协|人大|政协)"
)
_BEHIND_STOP = re.compile(r"(.*[。！!])\s*([^。！!]{0,60})", re.DOTALL)
# A page set in one cell: …的支持！ 2025年9月8日 （联系人及电话：…）
_CONTACT_BEHIND_DATE = re.compile(
    r"(.*日)[\s|｜]*([（(]\s*联系人[^()（）]{2,80}[)）]|(?:承办单位|承办)?联系人[^()（）。]{2,60}?)[\s|｜]*", re.DOTALL
)
_ABOUT_SITE = re.compile(r"版权|主办|承办|网站|地址|.{0,12}ICP|.{0,12}公网安备")
_LABELLED_LINE = re.compile(r"[\u4e00-\u9fff]{2,8}:.{0,40}")
_LIST_OF_BODIES = re.compile(r"(?:[\u4e00-\u9fff()\d]{2,20}[、,;])+[\u4e00-\u9fff()\d]{2,20}。?")
_HALF_NAMES = frozenset(("督查室", "办公室", "委员会", "提案委", "提案委员会"))
_GOES_ON = ("、", "，", ",", "；", ";")
_STOPPED = re.compile(r"[。！？!?][”’」』）)]*$")
_ENDS_IN_MIDDLE = re.compile(r"[。！？!?][”’」』）)]*\s*\S")
_NAME = (
    r"(?:姓名)?(?:及|和)?(?:联系)?(?:电话|方式|姓名)?[:;]?(?!联系|电话|方式|及|和)([\u4e00-\u9fff·]{1,8}?)"
    r"(?=联系|电话|手机|办公|[\d,;、。()\-]|$)"
)
# Who answers questions is named first, who wrote the letter next, who answers for it last.
_NAMED = tuple(
    re.compile(rf"(?:{who}){_NAME}") for who in ("联系人", "经办人员?|承办人员?", "(?:承办|经办|办理)(?:负责|责任)人")
)
_PHONE = re.compile(r"(?:电话|手机|联系方式|联系人|经办人|承办人)[^\d]{0,16}?(\(?\d[\d\-()—–‒―─−转]{4,24}\d)")
# 联系单位及电话：某市交通运输局 路通达 2827788: told apart by blanks alone, between the desk and the number.
_BEHIND_DESK = re.compile(
    r"联系(?:单位|科室)[^:：]{0,8}[:：]\s*[\u4e00-\u9fff()（）]{2,30}(?:局|委|办|厅|院|处|科|室|中心|公司|政府)[\s\u3000]+"
    r"([\u4e00-\u9fff·]{2,4})[\s\u3000，,]+\(?\d"
)
_BEHIND_PHONE = re.compile(r"(?:电话|手机|联系方式):?[\d\-()—]{5,22}\(([\u4e00-\u9fff·]{2,4})\)")
_IN_BRACKETS = re.compile(r"\((联系人[:及][^()]{2,60}(?:\(\d{3,4}\)[\d\-]{6,9})?)\)。?$")


@dataclass(frozen=True)
class Split:
    """The lines below the opening, cut into the body of the letter and its tail."""

    body: tuple[Line, ...]
    tail: tuple[TailLine, ...]
    left_out: int


def split_tail(lines: Sequence[Line]) -> Split:
    """Cut the lines of a letter (opening taken off) where its last section ends.

    Lines up to the date line all appear in body or tail, in order; below it only what belongs to a letter is
    kept and `left_out` counts the other lines above the page's footer.
    """
    lines = _with_own_date_line(lines)
    footer = _footer_from(lines, 0)
    dated = _date_index(lines, footer)
    if dated is not None:
        footer = _footer_from(lines, dated + 1)
    letter = list(lines[: footer if dated is None else dated])
    below = _take_tail(letter, dated=dated is not None)
    closing = _next_steps_at(letter)
    above = [TailLine(TailKind.CLOSING, line.text) for line in letter[closing:]]
    signed = any(line.kind is TailKind.SIGNER for line in below)
    after, left_out = _after_date(lines[dated + 1 : footer], signed=signed) if dated is not None else ([], 0)
    date_line = [TailLine(TailKind.DATE, lines[dated].text)] if dated is not None else []
    return Split(tuple(letter[:closing]), (*above, *below, *date_line, *after), left_out)


def stands_alone(line: Line) -> bool:
    """Whether a line is a part of the frame (closing, signer, date, contact, footer), never half a sentence."""
    if _tail_kind(line) is not None or is_signer(line) or is_date_line(line.key):
        return True
    return is_footer_line(line) and not _is_prose(line)


def read_signers(tail: Sequence[TailLine]) -> tuple[str, ...]:
    """The signing bodies in printed order, several on one line told apart by blanks or 、."""
    names: list[str] = []
    for line in tail:
        if line.kind is TailKind.SIGNER:
            names.extend(signer_names(line.text))
    return tuple(names)


def read_signed_on(tail: Sequence[TailLine]) -> tuple[date | None, str | None]:
    """(day of signing, the printed date when it does not say which day it is)."""
    for line in tail:
        if line.kind is TailKind.DATE:
            found = find_date(line.text)
            day = found.value if found else None
            return day, None if day else line.text
    return None, None


def read_contact(tail: Sequence[TailLine]) -> Contact:
    """Name and phone from the contact lines of the letter; never from the page's footer."""
    printed = [line.text for line in tail if line.kind in (TailKind.CONTACT, TailKind.OTHER)]
    keys = [make_line(text).key for text in printed]
    if not any("联系" in key or "电话" in key for key in keys):  # a contact in brackets behind the last sentence
        last = [make_line(line.text).key for line in tail if line.kind is TailKind.CLOSING]
        keys += [match.group(1) for match in map(_IN_BRACKETS.search, last) if match]
    person = next(filter(None, (_first(pattern, keys) for pattern in _NAMED)), None)
    person = person or _first(_BEHIND_DESK, printed) or _first(_BEHIND_PHONE, keys)
    return Contact(person, _first(_PHONE, keys))


def read_copies(tail: Sequence[TailLine]) -> tuple[str, ...]:
    """Who gets copies (抄送), as printed."""
    names: list[str] = []
    for line in tail:
        if line.kind is TailKind.COPIES:
            text = re.sub(r"^\s*[（(]?\s*(?:抄\s*[送报]|报\s*送)(?:单位)?\s*[:：]?", "", line.text)
            text = _NEXT_LABEL.split(text)[0].rstrip("。. ")
            if line.text.lstrip()[:1] in {"(", "（"}:
                text = text.rstrip("）)")
            parts = re.split(r"[、,，;；]|(?<=[)）])\s+|\s{2,}", text.strip("|｜ "))
            parts = [name for part in parts for name in _bodies_apart(part)]
            found = [no_blanks(name) for name in parts if name.strip()]
            if names and found and found[0] in _HALF_NAMES:  # 市政府 | 督查室、…
                names[-1] += found.pop(0)
            names.extend(found)
    return tuple(names)


def _bodies_apart(text: str) -> list[str]:
    """Bodies told apart by single blanks, where each piece ends as the name of a body does; else ``text`` as it is."""
    pieces = text.split()
    return pieces if len(pieces) > 1 and all(map(_BODY_NAME.fullmatch, pieces)) else [text]


def read_publicity(tail: Sequence[TailLine], above: Sequence[Line], title_at: int) -> str | None:
    """The note on publicity as printed, without brackets and label: below the letter, else among the lines ``above``
    it, the first of which from ``title_at`` on belong to the letter. Words of a page's menu carry no label."""
    for line in tail:
        if line.kind is TailKind.PUBLICITY:
            return _PUBLICITY_LABEL.sub("", make_line(line.text).key.strip("()"))
    for place, one in enumerate(above):
        if (labelled := _LABELLED_PUBLICITY.search(one.key)) is not None:
            return labelled[1]
        own = place >= title_at or read_document_number(one.text) is not None
        if own and len(one.key) <= _LONG_LINE and (behind := _PUBLICITY_BEHIND.search(one.key)) is not None:
            return behind[1]
    return None


def _with_own_date_line(lines: Sequence[Line]) -> list[Line]:
    """The lines with signer and date cut apart; from the last sentence only where no line is a date by itself."""
    separated: list[Line] = []
    dated = any(is_date_line(line.key) for line in lines)
    for whole in lines:
        line, contact = whole, None
        if not dated and (match := _CONTACT_BEHIND_DATE.fullmatch(whole.text)):
            line, contact = make_line(match[1]), make_line(match[2])
        parts: Sequence[str] = split_before_date(line.text) or ()
        if contact and is_date_line(line.key):
            parts = (line.text,)
        if len(parts) > 1 and not is_signer(make_line(parts[0])):
            behind_stop = _BEHIND_STOP.fullmatch(parts[0])
            if dated or behind_stop is None:
                parts = ()
            elif behind_stop[2] and is_signer(make_line(behind_stop[2])):
                parts = (behind_stop[1], behind_stop[2], parts[1])
            elif behind_stop[2]:
                parts = ()
        if parts:
            separated.extend(make_line(part) for part in parts)
            separated.extend([contact] if contact else [])
        else:
            separated.append(whole)
    return separated


def _footer_from(lines: Sequence[Line], start: int) -> int:
    """The first line of the page's footer from `start` on; a sentence that begins like one (扫码登记…。) is none."""
    for index in range(start, len(lines)):
        if is_footer_line(lines[index]) and not _is_prose(lines[index]):
            return index
    return len(lines)


def _is_prose(line: Line) -> bool:
    return len(line.key) > 12 and line.text.endswith(("。", "；", "，")) and not _ABOUT_SITE.match(line.key)


def _date_index(lines: Sequence[Line], footer: int) -> int | None:
    """The date line of the letter: the last date below a signer; else the last above the footer that ends it."""
    dates = [index for index, line in enumerate(lines) if is_date_line(line.key)]
    signed = [index for index in dates if index and is_signer(lines[index - 1])]
    if signed:
        return signed[-1]
    last = max((index for index in dates if index < footer), default=None)
    if last is None or (last and _tail_kind(lines[last - 1])):
        return last
    return last if all(len(line.key) <= _LONG_LINE for line in lines[last:footer]) else None


def _tail_kind(line: Line) -> TailKind | None:
    for kind, pattern in _KINDS:
        if pattern.fullmatch(line.key):
            return kind
    if read_class_mark(line) is not None:
        return TailKind.RESULT_CLASS
    if line.marked is None and len(line.key) <= 200 and _FORMULA.match(line.key):
        return TailKind.CLOSING
    return None


def _take_tail(letter: list[Line], *, dated: bool) -> list[TailLine]:
    """Take the lines of the frame off the end of a letter; above a closing nobody signs."""
    taken: list[TailLine] = []
    may_sign = True
    while letter:
        kind = _tail_kind(letter[-1])
        if kind is None and may_sign:
            signs = is_signer(letter[-1]) or (dated and not taken and signs_by_place(*letter[:-3:-1]))
            kind = TailKind.SIGNER if signs else None
        if kind is None:
            break
        may_sign = may_sign and kind is not TailKind.CLOSING
        taken.append(TailLine(kind, letter.pop().text))
    return taken[::-1]


def _next_steps_at(body: Sequence[Line]) -> int:
    """Where the last unnumbered paragraph after the last numbered item starts; len(body) when there is none.

    A line heading owns the first paragraph below it. Behind that, a paragraph that looks ahead (下一步…) starts
    the closing; so does a single paragraph behind a list whose items are one line each.
    """
    marked = [index for index, line in enumerate(body) if line.marked or split_spoken(line.text)]
    if not marked:
        return len(body)
    last = marked[-1]
    whole_item = _says_something(body[last])
    candidates = range(last + (1 if whole_item else 2), len(body))
    for index in candidates:
        if _NEXT_STEPS.match(body[index].key):
            return index
    run_in = any(_ENDS_IN_MIDDLE.search(body[index].text) for index in marked)  # else it is a list of whole sentences
    lone = run_in and whole_item and len(candidates) == 1 and _one_line_items(body, marked)
    return candidates[0] if lone else len(body)


def _one_line_items(body: Sequence[Line], marked: Sequence[int]) -> bool:
    """Whether every item that has its text on its own line stands directly before the next mark."""
    pairs = pairwise(marked)
    return all(following == index + 1 for index, following in pairs if _says_something(body[index]))


def _says_something(line: Line) -> bool:
    return _STOPPED.search(line.text) is not None or _ENDS_IN_MIDDLE.search(line.text) is not None


def _after_date(lines: Sequence[Line], *, signed: bool) -> tuple[list[TailLine], int]:
    kept: list[TailLine] = []
    left_out = 0
    for index, printed in enumerate(lines):
        line = make_line(printed.text.strip("|｜ "))  # the borders of a table in which the tail was set
        if not line.key:
            continue
        kind = _tail_kind(line)
        if kind is None and not signed and not kept and is_signer(line):
            kind, signed = TailKind.SIGNER, True  # 2022年8月18日 above 盘锦市司法局
        if kind is None and kept and _copies_go_on(kept[-1], line):
            kind = TailKind.COPIES
        if kind is None and _LABELLED_LINE.fullmatch(line.key):  # 委员反馈意见: between contact and copies
            left_out += 1
            continue
        if kind is None:
            return kept, left_out + len(lines) - index
        kept.append(TailLine(kind, line.text))
    return kept, left_out


def _copies_go_on(above: TailLine, line: Line) -> bool:
    """Whether a list of copies was broken: behind a 、, or without a stop before further bodies."""
    if above.kind is not TailKind.COPIES or len(line.key) > 200 or line.key.endswith(":"):
        return False
    text = above.text.rstrip()
    if text.endswith(_GOES_ON):
        return True
    if text.endswith(("。", ".", "）", ")")):
        return False
    return is_signer(line) or _LIST_OF_BODIES.fullmatch(line.key) is not None


def _first(pattern: re.Pattern[str], keys: Sequence[str]) -> str | None:
    for key in keys:
        if match := pattern.search(key):
            return match.group(1)
    return None
