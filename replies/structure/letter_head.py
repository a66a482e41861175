"""What stands above the body of a letter: addressee, opening, document number, class mark."""

from __future__ import annotations

import re
from collections.abc import Sequence

from replies.structure.lines import Line, key_of, make_line, no_blanks

_PARTY = "委员会|工商联|工商业联合会|学社|民革|民盟|民建|民进|农工党|致公党|九三|台盟|妇联|总工会|科协|侨联|台联"
_OFFICE = "局|办公室|政府|界别|小组|组|厅|院|中心|支部|总支|联合会|协会|商会|委|办|处"
_PERSON = "委员|代表|同志|先生|女士"
_ADDRESSED = re.compile(rf"(?:{_PARTY}|{_OFFICE}|{_PERSON})(?:\([^()]*\))?:?$")
_ADDRESSED_STRICT = re.compile(rf"(?:{_PARTY}|局|{_PERSON})$")
_ANSWERS = re.compile(r"收悉|(?:答复|回复|函复|复函)如下")
_OPENING_CUE = re.compile(
    r"收悉|收到|(?:答复|回复|函复|报告|意见|说明|汇报|反馈)如下|^(?:您|你|贵).{0,8}提|^(?:关于|对)(?:您|你们|贵)"
    r"|^(?:您|你们)在.{2,60}(?:会议|大会)|转来|交办|^(?:您|你)们?好"
)
_NAME = re.compile(r"[\u4e00-\u9fff·]{2,4}(?:委员|代表)?(?<!^委员)(?<!^代表)")
_TO_BUREAU = re.compile(r"(?:局|厅|办公室|委|委员会|街道|街道办事处|管委会)(?:\([^()]*\))?:?$")
_TO_PROPOSER = re.compile(r"政协|人大|民革|民盟|民建|民进|农工党|致公党|九三|台盟|工商联|团市?委")
_FROM_BUREAU = re.compile(r"[你贵](?:局|厅|办|委|单位)|转来|会办|协办|^.{2,30}(?:委员|代表|委员会)所?提(?:出|交)")
_OPENING_LINES = 3
_LONGEST_HEAD = 200  # characters of a title or note that may end with a class mark
_SAYS_EARLY = 300  # characters in which a line says what was received, if it opens a letter
_TELLS = re.compile(r"\d件|[,，][^,，、]{13,}:$|分为|包括|[^,，、]{31,}")  # a clause before a colon, no list of names
_GREETING = re.compile(r".{0,20}(?:您|你)们?好[!。,]?(?:.{0,30}感谢.{0,40})?")
_OPENING_END = re.compile(r"如下(?:(?:答复|办理|会办)意见)?[:：。]?$")
_LABELLED = re.compile(
    r"(?:联系|电话|手机|主办|会办|协办|承办|经办|抄送|抄报|附件|类别|编号|公开|发布|来源|作者|浏览|字体|字号|位置|当前|"
    r"索引|主题|发文|成文|标题|签发|信息|日期|时间|点击|访问|阅读|更新|分享|责任|编辑|审核|办理|办复|答复|建议人|提案人|代表姓名|委员姓名|"
    r"领衔|提案者|是否|名称|文号|内容|案由|题目|今天|欢迎|微信|领导)"
)
_GLUED_SALUTATION = re.compile(r"([^。:：]{2,60}[:：])\s*(\S.*)")
_GREETED = re.compile(r"(\S[^。:：,，]{1,40}?(?:委员|代表)[,，]?)\s*((?:您|你)(?:们)?(?:好|提|在|所).*)")
_GLUED_OPENING = re.compile(
    r"(.{0,300}?(?:答复|回复|函复|意见|报告|说明)如下(?:\s*[:：。]|(?=对于|关于|针对|首先)))\s*(\S.*)"
)
_SEVERAL = re.compile(
    r"(?<=\S)等\s*(?:(?:[0-9一二三四五六七八九十]+|[几数多])\s*(?:位|名|人)?\s*(?:政协)?(?:委员|(?:人大)?代表)?|(?:委员|代表))$"
)
_HALF_WIDTH_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
_DOCUMENT_NUMBER = re.compile(
    r"(?<![\u4e00-\u9fff])([\u4e00-\u9fff][\u4e00-\u9fff ]{1,14}\s*[〔\[【(﹝（［]\s*(?:19|20)\d{2}\s*[〕\]】)﹞）］]"
    r"\s*(?:第\s*)?\d{1,5}\s*号)"
)
_CLASS = r"[(〔【\[]?([A-D]\d?)(?:类|级)?(?:件)?[)〕】\]]?(?:(?<=[)〕】\]])[类级])?"
_CLASS_LABEL = r"(?:办理|办复|答复|复文|承办|提案|建议|问题|解决|落实|结果)*(?:类别|分类|类型|结果|程度|情况|等级)"
_OPEN_NOTE = r"(?:,?\(?(?:同意公开|主动公开|依申请公开|不予公开|公开)\)?)?"
_CLASS_MARK = re.compile(rf"\(?(?:{_CLASS_LABEL}:?)?\(?{_CLASS}\)?(?:\([^()]{{2,20}}\))?{_OPEN_NOTE}\)?")
_CLASS_GLUED = re.compile(
    r"(?:答复|复函|函|意见|号|\)|提案|建议)(?:\(([A-D]\d?)类?\)|,?类别:?([A-D]\d?)类?|([A-D]\d?)类)"
    rf"(?=签发人|签发:|$|{_OPEN_NOTE.removesuffix('?')}$)"
)
# 办理结果:A among other notes of the line, and a document number that lost its end: 〔202313B1类
_CLASS_LABELLED = re.compile(
    r"(?:(?:办理|办复|答复|复文|结果)(?:类别|分类|类型|结果|程度|情况|等级)|(?<!主题)(?<!信息)类别):\(?([A-D]\d?)(?:类|级)?\)?"
    r"(?![A-Za-z0-9])"
)
_CLASS_BEHIND_FIGURE = re.compile(rf"[〔\[(]\d+([A-D]\d?)类(?=$|{_OPEN_NOTE.removesuffix('?')}$)")
_CLASS_IN_FRONT = re.compile(r"\(?([A-D]\d?)类\)?(?=关于|对)")


def is_addressee(line: Line, following: Line | None) -> bool:
    """Whether the line addresses the letter; without a colon only before an opening sentence."""
    key = line.key.rstrip(",")
    if not key or len(key) > 120 or line.is_sentence or "如下" in key or _LABELLED.match(key.lstrip("[【(")):
        return False
    if line.marked is not None:
        return False
    opens = following is not None and _OPENING_CUE.search(following.key) is not None
    if key.endswith(":"):
        return len(key) > 2 and ((opens and not _TELLS.search(key)) or _ADDRESSED.search(key.rstrip(":")) is not None)
    return opens and len(key) <= 60 and _ADDRESSED_STRICT.search(key) is not None


def is_head_line(line: Line) -> bool:
    """Whether a line is a document number or a class mark, as they stand between title and letter."""
    return read_document_number(line.text) is not None or read_class_mark(line) is not None


def addresses_go_on(above: Line, line: Line) -> bool:
    """Whether a list of addressees was broken behind a 、 and goes on in this line."""
    if not above.key.endswith("、") or len(above.key) > 60 or above.marked is not None:
        return False
    return len(line.key) <= 60 and line.key.endswith(":") and is_addressee(line, None)


def answers(key: str) -> bool:
    """Whether a line (as its key) says outright that a proposal was received or is answered here."""
    return _ANSWERS.search(key) is not None


def split_salutation(line: Line) -> list[Line]:
    """A line that holds addressee and opening as two lines; any other line as it is."""
    for pattern in (_GLUED_SALUTATION, _GREETED):
        if match := pattern.fullmatch(line.text):
            head, rest = make_line(match.group(1)), make_line(match.group(2))
            if _OPENING_CUE.search(rest.key[:_SAYS_EARLY]) and is_addressee(make_line(head.text.rstrip(",，")), rest):
                return [head, rest]
    return [line]


def is_opening(line: Line) -> bool:
    """Whether a line says that the proposal was received and the answer follows."""
    return line.marked is None and _OPENING_CUE.search(line.key) is not None


def split_opening(letter: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """(the opening, the rest) of the lines below the addressee.

    The opening reaches to 如下 within the first three lines, where the text may go on behind the colon; without
    it, it is the first line, if that says what was received.
    """
    for index, line in enumerate(letter[:_OPENING_LINES]):
        if line.marked is not None:
            break
        if _OPENING_END.search(line.key):
            return list(letter[: index + 1]), list(letter[index + 1 :])
        if match := _GLUED_OPENING.fullmatch(line.text):
            head, rest = make_line(match.group(1)), make_line(match.group(2))
            return [*letter[:index], head], [rest, *letter[index + 1 :]]
    first = 1 if letter and is_opening(letter[0]) else 0
    # 您好！ may stand on a line of its own above the sentence that says what was received.
    while 0 < first < _OPENING_LINES and first < len(letter) and _GREETING.fullmatch(letter[first - 1].key):
        first += 1
    return list(letter[:first]), list(letter[first:])


def speaks_to_bureau(salutation: str, opening: str) -> bool:
    """Whether the letter is addressed to a handling bureau, as a co-handler's opinion is (DOMAIN.md 1.7)."""
    frame = key_of(salutation)
    if _TO_BUREAU.search(frame) is None or _TO_PROPOSER.search(frame) is not None:
        return False
    return _FROM_BUREAU.search(key_of(opening)) is not None


def read_addressees(salutation: str) -> tuple[str, ...]:
    """The addressees of a salutation line as printed, without 尊敬的, 等×位 and the colon."""
    text = re.sub(r"^\s*尊敬的", "", salutation.strip()).rstrip(":：,， ")
    text = _SEVERAL.sub("", text)
    names: list[str] = []
    for part in re.split(r"[、,，;；]|(?<=委员)[和与及]|(?<=代表)[和与及]|(?<=委员会)[和与及]", text):
        pieces = part.split()
        whole = len(pieces) > 1 and (
            all(_ADDRESSED.search(piece) for piece in pieces) or all(_NAME.fullmatch(piece) for piece in pieces)
        )
        names.extend(pieces if whole else [_SEVERAL.sub("", no_blanks(part))])
    return tuple(name for name in names if name)


def read_document_number(text: str) -> str | None:
    """The document number in a line above the letter, without blanks, or None."""
    match = _DOCUMENT_NUMBER.search(text.translate(_HALF_WIDTH_DIGITS))
    return no_blanks(match.group(1)) if match else None


def read_class_mark(line: Line) -> str | None:
    """The result class a whole line says: (A类), A类, 类别:B, a bare C, A1 (DOMAIN.md 1.11)."""
    match = _CLASS_MARK.fullmatch(line.key)
    return match.group(1) if match else None


def read_glued_class(line: Line) -> str | None:
    """The result class glued to the end of a title or document number: …12号(A类)."""
    key = line.key
    if len(key) > _LONGEST_HEAD:
        return None
    match = _CLASS_GLUED.search(key) or _CLASS_IN_FRONT.match(key)
    match = match or _CLASS_LABELLED.search(key) or _CLASS_BEHIND_FIGURE.search(key)
    return next((group for group in match.groups() if group), None) if match else None
