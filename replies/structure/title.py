"""The title of a reply and what it tells: kind, session, number, category number, title of the proposal."""

from __future__ import annotations

import re
from dataclasses import dataclass

from panjin_portal.lib.chinese import from_chinese, to_chinese
from replies.structure.imported import Kind
from replies.structure.lines import key_of

_REPLY_WORDS = r"(?:会办意见|协办意见|答复意见|办理意见|答复函|回复函|答复|复函|函复|回复)"
_BRACKETED = re.compile(r"\((?:[^()]|\([^()]*\))*\)")
_CLASS_AT_END = re.compile(r"(?:类别:?)?[A-D]\d?类?$")
_TITLE_END = re.compile(rf"{_REPLY_WORDS}(?:的函)?$")
_SUBJECT = re.compile(r"提案|建议|议案|政协|人大|代表|委员")
_NUMBER = re.compile(r"第([A-Za-z]{0,4}\d[\dA-Za-z\-]{0,11})号(?:\(([^()]{1,20}号)\)|([^()\d第]{1,10}\d+号)(?=\)))?")
_NUMBER_BEFORE_NOUN = re.compile(r"(?<![\d〕\])】年])(\d{2,8})号(?=委员提案|代表建议|提案|建议)")
_NUMERAL = "(?:[一二三四五六七八九十]{1,3}|[0-9]{1,2})"
_SESSION = re.compile(rf"第?({_NUMERAL})届[^《》。]{{0,20}}?第?({_NUMERAL})次(?:会议|全会|全体会议)?")
_BOOK_TITLE = re.compile(r"《((?:[^《》]|《[^《》]*》)+)》")
_ABOUT = re.compile(
    r"关于(?!对|市政协|省政协|县政协|区政协|全国政协|政协|市人大|人大|市第?[^关]{0,3}届|第|[^关]{0,12}届)"
)
_AFTER_SUBJECT = re.compile(rf"(?:(?<!的)(?:提案|议案)的?|的)?{_REPLY_WORDS}(?:的函)?$")
_NOT_A_REPLY = re.compile(
    r"方案|计划|总结|统计|通知|通报|情况报告|工作报告|汇总|目录|一览表|办理情况|进展情况|名单|会议|座谈|召开|举行|调研"
)


@dataclass(frozen=True)
class TitleFacts:
    """What a title says; None where it is silent."""

    kind: Kind | None
    session: str | None
    number: str | None
    category_number: str | None
    proposal_title: str | None


def is_reply_title(key: str) -> bool:
    """Whether a line (as its key) reads as the title of a reply: it ends with 答复 or the like."""
    if len(key) > 160 or "。" in key:
        return False
    bare = _bare(key)
    return _TITLE_END.search(bare) is not None and _SUBJECT.search(key) is not None


def is_other_title(key: str) -> bool:
    """Whether a title names another kind of paper in the same column: a plan, statistics, a notice, news."""
    return not is_reply_title(key) and _NOT_A_REPLY.search(key) is not None


def read_title(title: str) -> TitleFacts:
    """Take a title apart; works on any string."""
    key = key_of(title)
    number, category = read_number(key)
    return TitleFacts(_kind(key), read_session(key), number, category, _proposal_title(key))


def read_number(key: str) -> tuple[str | None, str | None]:
    """(proposal number with its letters and zeros, category number as printed) of the first one found."""
    outside_titles = _BOOK_TITLE.sub("", key)
    if match := _NUMBER.search(outside_titles):
        return match.group(1).replace("-", ""), match.group(2) or match.group(3)
    if match := _NUMBER_BEFORE_NOUN.search(outside_titles):
        return match.group(1), None
    return None, None


def read_session(key: str) -> str | None:
    """The session as term and number, e.g. 九届一次会议, whatever words stand between the two."""
    match = _SESSION.search(key)
    if match is None:
        return None
    term, meeting = (_in_chinese(group) for group in match.groups())
    return f"{term}届{meeting}次会议"


def read_subject(key: str) -> str | None:
    """The title of the proposal as an opening line names it: 《…》, or 关于… up to 提案 or 建议."""
    if match := _BOOK_TITLE.search(key):
        return match.group(1)
    if match := re.search(r"[“\"](关于[^“”\"]+)[”\"]", key):
        return match.group(1)
    match = re.search(r"提出的?(?:的)?[^关]{0,20}?(关于[^。]+?)(?:的提案|提案|的建议|建议)(?=[,(收已。]|$)", key)
    return match.group(1) if match else None


def _kind(key: str) -> Kind | None:
    if re.search(r"会办意见|协办意见|会办|协办", key):
        return Kind.CO_HANDLER_OPINION
    for pattern, kind in (
        (r"政协", Kind.PROPOSAL_REPLY),
        (r"人大|人民代表大会", Kind.SUGGESTION_REPLY),
        (r"提案|委员", Kind.PROPOSAL_REPLY),
        (r"代表|建议", Kind.SUGGESTION_REPLY),
    ):
        if re.search(pattern, _BOOK_TITLE.sub("", key)):
            return kind
    return None


def _proposal_title(key: str) -> str | None:
    if match := _BOOK_TITLE.search(key):
        return match.group(1)
    bare = _bare(key)
    if not _TITLE_END.search(bare):
        return None
    starts = [match.start() for match in _ABOUT.finditer(bare)]
    if not starts:
        return None
    subject = _AFTER_SUBJECT.sub("", bare[starts[0] :])
    return subject if len(subject) > 2 else None


def _bare(key: str) -> str:
    without = _BRACKETED.sub("", key)
    return _CLASS_AT_END.sub("", without).rstrip(":。")


def _in_chinese(numeral: str) -> str:
    value = int(numeral) if numeral.isdecimal() else from_chinese(numeral)
    return to_chinese(value) if value else numeral
