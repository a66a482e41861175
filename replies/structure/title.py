"""The title of a reply and what it tells: kind, session, number, category number, title of the proposal."""

from __future__ import annotations

import re
from dataclasses import dataclass

from panjin_portal.lib.chinese import from_chinese, to_chinese
from replies.structure.imported import Kind
from replies.structure.lines import key_of

_HANDLED = r"办理(?:情况|结果|工作)?(?:的|之)?(?:答复|回复|复函|函复|报告|汇报|说明|意见|函)"
_REPLY_WORDS = (
    r"(?:联合|共同|办理)?(?:会办意见|协办意见|办理意见|答复意见书|答复意见|答复函|回复函|答复|复函|函复|回复|复文|答案|"
    rf"{_HANDLED}|办理情况|办理结果)"
)
_BRACKETED = re.compile(r"\((?:[^()]|\([^()]*\))*\)")
_CLASS_AT_END = re.compile(r"(?:类别:?)?[A-D]\d?类?$")
_ADDED = re.compile(r"(?<=答复|复函|回复|意见):(?:关于.{4,80}|第?[A-Za-z]{0,4}\d{1,10}号)$")
_CLASS_IN_FRONT = re.compile(r"^\(?([A-D]\d?)类?\)?(?=关于|对)")
_TITLE_END = re.compile(rf"{_REPLY_WORDS}(?:的?函|书)?$")
_HANDLED_END = re.compile(rf"(?:{_HANDLED}|办理情况|办理结果)(?:的?函)?$")
_SUBJECT = re.compile(r"提案|建议|议案|政协|人大|代表|委员")
_ONE_PAPER = re.compile(r"关于|^对|《|\d号")  # 政协提案答复 alone is the name of a column
_SEVERAL_PAPERS = re.compile(r"等\d+件|\d号[、至到]第?\d+号")
_NUMBER = re.compile(
    r"第([A-Za-z]{0,4}-?\d[\dA-Za-z\-]{0,11}|[A-Za-z]{0,2}平\d{1,6})号(?:\(([^()]{1,20}号)\)|([^()\d第]{1,10}\d+号)(?=\)))?"
)
_NUMBER_BEFORE_NOUN = re.compile(
    r"(?<![\d〕\])】年第A-Za-z\-])((?:[A-Za-z]{1,4}-?)?\d{1,8})号(?=委员提案|代表建议|提案|建议|议案)"
)
_NUMBER_IN_BRACKETS = re.compile(r"\(([A-Za-z]{0,4}\d[\d\-]{0,9})号\)")
_NUMBER_AFTER_NOUN = re.compile(r"(?:提案|建议|议案)第?(\d{1,8})号")
_NUMBER_LABEL = re.compile(
    r"(?:提案|建议|议案)?(?:编号|案号|提案号|建议号|议案号)[:：](?:第)?([A-Za-z]{0,4}\d{1,10})(?:号|\)|$)"
)
_NUMERAL = "(?:[一二三四五六七八九十]{1,3}|[0-9]{1,2})"
_SESSION = re.compile(rf"第?({_NUMERAL})届[^《》。]{{0,20}}?第?({_NUMERAL})次(?:会议|全会|全体会议)?")
_BOOK_TITLE = re.compile(r"《((?:[^《》]|《[^《》]{0,80}》){1,200})》")
_SHORT_NAME = re.compile(r"\(?(?:以下|下文|下)?简称:?[《“\"][^《》“”\"]{1,20}[》”\"]\)?")  # (以下简称《建议》)
_SHORT_NAMES = frozenset(("提案", "建议", "议案", "该提案", "该建议"))
_OFFICIAL = r"政协|市政协|省政协|县政协|区政协|全国政协|市人大|省人大|县人大|区人大|全国人大|人大"
_ABOUT = re.compile(rf"关于(?!对|{_OFFICIAL}|第|(?:(?!关于|《).){{0,16}}届|(?:提案|建议|议案)第)")
_AFTER_SUBJECT = re.compile(rf"(?:(?<!的)(?:提案|议案)的?|的)?{_REPLY_WORDS}(?:的?函|书)?$")
_QUOTED_ABOUT = re.compile(r"关于[“\"](关于[^“”\"]{2,120})[”\"]")
_PROPOSAL_ITSELF = re.compile(r"关于[^。:;]*的?(?:建议|提案|议案)")
_NUMBER_AT_END = re.compile(r"\(?第?[A-Za-z]{0,4}\d{1,10}号(?:提案|建议|议案)?\)?$")
_NOT_A_REPLY = re.compile(
    r"方案|计划|总结|统计|通知|通报|情况报告|工作报告|汇总|目录|一览表|办理情况|进展情况|名单|会议|座谈|召开|举行|调研|测评表|意见表|"
    r"反馈表|公告|启事|办法|细则|协商会|推进会|交办会|面商|视察|督办"
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
    """Whether a line (as its key) reads as the title of one reply.

    It ends with 答复 or the like and names one paper. A report on the handling (办理情况的报告) is a reply only
    when it names one number, for the same words stand over the yearly statistics.
    """
    if len(key) > 160 or "。" in key or not _SUBJECT.search(key) or not _ONE_PAPER.search(key):
        return False
    bare = _bare(key)
    if not _TITLE_END.search(bare) or _SEVERAL_PAPERS.search(key):
        return False
    return _HANDLED_END.search(bare) is None or read_number(key)[0] is not None or _BOOK_TITLE.search(key) is not None


def is_plain_title(key: str) -> bool:
    """Whether a line directly above a letter can be its title: 关于…问题的答复, 答复函, 复函."""
    bare = _bare(key)
    if len(key) > 100 or "。" in key or _NOT_A_REPLY.search(_SESSION.sub("", _BOOK_TITLE.sub("", bare))):
        return False
    if read_session(key) is not None and read_number(key)[0] is not None and _SUBJECT.search(key):
        return True
    return _TITLE_END.search(bare) is not None or (bare.startswith(("关于", "对")) and bare.endswith("函"))


def is_proposal_title(key: str) -> bool:
    """Whether a line is the title of a proposal itself, 关于…的建议, under which some sites print the reply."""
    return 8 <= len(key) <= 80 and _PROPOSAL_ITSELF.fullmatch(key) is not None


def is_other_title(key: str) -> bool:
    """Whether a title names another kind of paper in the same column: a plan, statistics, a notice, news."""
    return not is_reply_title(key) and _NOT_A_REPLY.search(_BOOK_TITLE.sub("", key)) is not None


def read_title(title: str) -> TitleFacts:
    """Take a title apart; works on any string."""
    key = key_of(title)
    number, category = read_number(key)
    return TitleFacts(named_kind(key), read_session(key), number, category, _proposal_title(key))


def read_number(key: str) -> tuple[str | None, str | None]:
    """(proposal number with its letters and zeros, category number as printed) of the first one found."""
    outside_titles = _BOOK_TITLE.sub("", key)
    if match := _NUMBER.search(outside_titles):
        return match.group(1).replace("-", ""), match.group(2) or match.group(3)
    for pattern in (_NUMBER_BEFORE_NOUN, _NUMBER_IN_BRACKETS, _NUMBER_AFTER_NOUN):
        if match := pattern.search(outside_titles):
            return match.group(1).replace("-", ""), None
    return None, None


def read_number_line(key: str) -> tuple[str | None, str | None]:
    """The number a line above or below the title prints: 第005号, 提案编号:005, or any that `read_number` finds."""
    if match := _NUMBER_LABEL.search(key):
        return match.group(1), None
    return read_number(key)


def same_number(one: str, other: str) -> bool:
    """Whether two printed numbers mean the same paper: 005 and 5 do."""
    return one.lstrip("0").upper() == other.lstrip("0").upper()


def read_session(key: str) -> str | None:
    """The session as term and number, e.g. 九届一次会议, whatever words stand between the two."""
    match = _SESSION.search(key)
    if match is None:
        return None
    term, meeting = (_in_chinese(group) for group in match.groups())
    return f"{term}届{meeting}次会议"


def read_subject(key: str) -> str | None:
    """The title of the proposal as an opening line names it: 《…》, “关于…”, 关于“…”, or 关于… up to 提案 or 建议."""
    titled = (match.group(1) for match in _BOOK_TITLE.finditer(_SHORT_NAME.sub("", key)))
    if title := next((one for one in titled if one not in _SHORT_NAMES), None):
        return _without_number(title)
    if match := re.search(r"[“\"](关于[^“”\"]{1,120}(?:“[^“”\"]{0,60}”[^“”\"]{0,60})?)[”\"]", key):
        return match.group(1)
    if match := re.search(r"关于[“\"]([^“”\"]{2,120}(?=[”\"](?:的)?(?:提案|建议|议案)|(?<=提案|建议|议案)[”\"]))", key):
        return match.group(1)
    if match := re.search(r"提出的?[“\"]([^“”\"]{4,120}(?:建议|提案|议案|建议案))[”\"]", key):
        return match.group(1)
    match = re.search(
        r"(?:提出|提交|所提|转来)的?(?:的)?[^关]{0,20}?(关于[^。]{1,150}?)(?:的提案|提案|的建议|建议)(?=[,(收已。]|办理|$)",
        key,
    )
    return match.group(1) if match else None


def named_kind(key: str) -> Kind | None:
    """The kind a title names outright; None when it only holds the words of the proposal's own title.

    关于…的建议 is how most CPPCC proposals are titled, so 建议 counts only behind a number or as 代表建议.
    """
    outside = _BOOK_TITLE.sub("", key)
    if re.search(r"会办意见|协办意见|会办|协办", outside):
        return Kind.CO_HANDLER_OPINION
    for pattern, kind in (
        (r"政协", Kind.PROPOSAL_REPLY),
        (r"人大|人民代表大会", Kind.SUGGESTION_REPLY),
        (r"提案|政协委员", Kind.PROPOSAL_REPLY),
        (r"号\)?(?:代表)?(?:建议|议案)|代表(?:的)?建议|代表提出", Kind.SUGGESTION_REPLY),
    ):
        if re.search(pattern, outside):
            return kind
    return None


def mixes_kinds(key: str) -> bool:
    """Whether a title names both houses: 市政协…第5号建议, 市人大…第5号提案."""
    outside = _BOOK_TITLE.sub("", key)
    if "政协" in outside:
        return re.search(r"号\)?(?:代表)?建议|代表建议", outside) is not None
    return (
        re.search(r"人大|人民代表大会", outside) is not None and re.search(r"号\)?(?:委员)?提案", outside) is not None
    )


def _proposal_title(key: str) -> str | None:
    if match := _BOOK_TITLE.search(key):
        return _without_number(match.group(1))
    if match := re.search(r"\((关于(?:[^()]|\([^()]{0,40}\)){2,100}(?:建议|提案))\)$", key):
        return match.group(1)
    bare = _bare(key)
    if is_proposal_title(bare):
        return bare
    if not _TITLE_END.search(bare):
        return None
    if match := _QUOTED_ABOUT.search(bare):
        return match.group(1)
    starts = [match.start() for match in _ABOUT.finditer(bare)]
    if not starts:
        return None
    subject = _AFTER_SUBJECT.sub("", bare[starts[0] :])
    return subject if len(subject) > 2 else None


def _without_number(subject: str) -> str:
    return _NUMBER_AT_END.sub("", subject) or subject


def _bare(key: str) -> str:
    without = _BRACKETED.sub("", _ADDED.sub("", _CLASS_IN_FRONT.sub("", key)))
    return _CLASS_AT_END.sub("", without).rstrip(":。")


def _in_chinese(numeral: str) -> str:
    value = int(numeral) if numeral.isdecimal() else from_chinese(numeral)
    return to_chinese(value) if value else numeral
