"""Is the page a reply at all, and what should a person look at before trusting what was read?"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from replies.structure.imported import Kind, Metadata, ReadingWarning
from replies.structure.lines import Line, key_of
from replies.structure.title import TitleFacts, is_other_title, is_reply_title, mixes_kinds

_ANSWERS = re.compile(r"收悉|收到|(?:答复|回复|函复|复函)如下|意见如下|(?:您|你们?|贵.{1,8})(?:.{0,40}提出?|所提)")
_OUTRIGHT = re.compile(r"收悉|(?:答复|回复|函复|复函|办理情况|有关情况)(?:报告|说明|汇报)?如下")
_SPEAKS = re.compile(r"您|你们|我(?:局|委|办|厅|院|站|所|中心|单位|公司|部|处|们)")
_EXCERPT = re.compile(
    r"\([^()]{0,12}(?<![攻战策谋简忽侵大粗方概要胆])(?:略|省略|节略)\)|\((?:节选|摘要|摘录|摘登|节录)\)|^(?:略|……)$"
)
_MATTER = re.compile(r"提案|建议|议案|政协|人大|委员|代表")
_CITIZEN = re.compile(r"网友|市民|来信人|申请人|来访人|投诉人")
_CITIZEN_ASKS = re.compile(
    r"(?:市民|网友|网民|群众|居民|村民|读者|业主)[\u4e00-\u9fff“”]{0,6}?(?:建议|反映|咨询|来信|投诉|留言|提问|诉求)"
)
_TO_MANY = re.compile(r"^各|各(?:县|区|市|单位|部门|委员会|镇|乡)|有关(?:单位|部门)")


@dataclass(frozen=True)
class Found:
    """What reading found, as far as the verdict needs it."""

    title: str | None
    facts: TitleFacts
    metadata: Metadata
    has_addressee: bool
    salutation: str
    opening: str | None
    number_in_text: str | None
    subject_in_text: str | None
    excerpt: bool
    comments: int
    body: Sequence[Line]
    signers: Sequence[str]
    signed_on: date | None
    unclear_date: str | None
    unknown_bureaus: Sequence[str]
    lines_left_out: int
    signers_illegible: bool


def refusal(found: Found) -> ReadingWarning | None:
    """Why the page is no reply, or None when it is one.

    A reply has a title that says so and a letter below it, or it plainly answers: it addresses the proposers, or
    names the proposal, and says that the answer follows.
    """
    key = key_of(found.title or "")
    opening = key_of(found.opening or "")
    outright = _OUTRIGHT.search(opening) is not None
    named = bool(found.facts.number or found.subject_in_text)
    addressed = found.has_addressee and _TO_MANY.search(found.salutation) is None and _of_a_proposal(found)
    if is_other_title(key):
        if addressed and outright and named:
            return None
        return ReadingWarning("not_a_reply", f"“{found.title}”不是提案或建议的答复，未导入。")
    if _CITIZEN_ASKS.search(key) and not addressed and not found.facts.number:
        return ReadingWarning("not_a_reply", "这是对群众来信或留言的答复，不是提案或建议的答复，未导入。")
    if is_reply_title(key):
        if _has_letter(found, _ANSWERS.search(opening) is not None):
            return None
        return ReadingWarning("no_letter", "页面只有答复的标题，没有答复正文，未导入。")
    if (addressed and _ANSWERS.search(opening)) or (outright and named and _speaks(found)):
        return None
    return ReadingWarning("not_a_reply", "没有找到答复的标题，也没有主送单位和答复开头，未导入。")


def _of_a_proposal(found: Found) -> bool:
    """Whether a letter without a reply's title is about a proposal at all; citizens get letters too."""
    said = "".join((found.title or "", found.salutation, found.opening or ""))
    return _MATTER.search(key_of(said)) is not None and _CITIZEN.search(key_of(found.salutation)) is None


def _speaks(found: Found) -> bool:
    return any(_SPEAKS.search(key) for key in (key_of(found.opening or ""), *(line.key for line in found.body[:3])))


def _has_letter(found: Found, answers: bool) -> bool:
    if found.has_addressee or answers:
        return True
    text = [line for line in found.body if "。" in line.text and not is_reply_title(line.key)]
    if found.signers and text:
        return True
    return any(len(line.key) >= 20 and _SPEAKS.search(line.key) for line in text)


def review(found: Found) -> list[ReadingWarning]:
    """Everything that is missing or does not agree, in the order of the letter."""
    return [*_missing(found), *_disagreeing(found), *_leftovers(found)]


def _missing(found: Found) -> list[ReadingWarning]:
    checks = (
        (found.facts.number is None, "missing_number", "没有找到提案（建议）编号。"),
        (found.facts.session is None, "missing_session", "没有找到届次。"),
        (not found.has_addressee, "missing_addressee", "没有找到主送单位（人）。"),
        (found.opening is None, "missing_opening", "没有找到“收悉，现答复如下”一类的开头。"),
        (not found.body, "missing_body", "没有找到正文。"),
        (not found.signers, "missing_signer", "没有找到落款单位。"),
        (
            found.signed_on is None and found.unclear_date is None,
            "missing_signed_on",
            "没有找到落款日期；不会用其他日期代替。",
        ),
        (
            found.unclear_date is not None,
            "unclear_signed_on",
            f"落款日期“{found.unclear_date}”无法确定是哪一天，请人工填写。",
        ),
    )
    return [ReadingWarning(code, message) for missing, code, message in checks if missing]


def _disagreeing(found: Found) -> list[ReadingWarning]:
    warnings: list[ReadingWarning] = []
    if found.number_in_text and found.facts.number:
        message = f"标题中的编号是{found.facts.number}，正文中的编号是{found.number_in_text}，请核对。"
        warnings.append(ReadingWarning("number_differs", message))
    named, said = (_bare_subject(one) for one in (found.facts.proposal_title, found.subject_in_text))
    if named and said and named != said:
        message = f"标题中的提案名称是“{found.facts.proposal_title}”，正文中是“{found.subject_in_text}”，请核对。"
        warnings.append(ReadingWarning("title_differs", message))
    body = found.metadata.issuing_body
    if body and found.signers and body not in found.signers:
        message = f"发文机关“{body}”与落款单位“{'、'.join(found.signers)}”不一致。"
        warnings.append(ReadingWarning("issuing_body_differs", message))
    created, published = found.metadata.created_on, found.metadata.published_on
    if found.signed_on and created and created != found.signed_on:
        warnings.append(ReadingWarning("created_on_differs", f"成文日期{created}与落款日期{found.signed_on}不一致。"))
    if found.signed_on and published and published < found.signed_on:
        warnings.append(ReadingWarning("published_early", f"发布日期{published}早于落款日期{found.signed_on}。"))
    warnings.extend(_mixed_words(found))
    return warnings


def _bare_subject(subject: str | None) -> str:
    """The name of a proposal as far as two prints of it must agree: its characters, without the word for its kind."""
    bare = re.sub(r"(?:的)?(?:提案|建议|议案|建议案)$", "", key_of(subject or ""))
    return "".join(re.findall(r"[\u4e00-\u9fffA-Za-z0-9]", bare)).removeprefix("关于")


def _mixed_words(found: Found) -> list[ReadingWarning]:
    """委员 and 代表, 提案 and 建议 confused within one page: the title decides, a person should know."""
    if mixes_kinds(key_of(found.title or "")):
        return [ReadingWarning("kind_mixed", "标题把政协提案和人大建议混在一起；已按政协或人大归类，请核对。")]
    frame = key_of(found.salutation).rstrip(":")
    said = re.sub("《[^》]*》|“[^”]*”", "", key_of(found.opening or ""))
    if found.facts.kind is Kind.PROPOSAL_REPLY:
        if frame.endswith("代表"):
            return [ReadingWarning("kind_mixed", "标题是政协提案，主送却是人大代表；已按标题归类，请核对。")]
        if re.search(r"人大|人民代表大会|号(?:代表)?建议|代表建议", said):
            return [ReadingWarning("kind_mixed", "标题是政协提案，正文却说是人大建议；已按标题归类，请核对。")]
    if found.facts.kind is Kind.SUGGESTION_REPLY:
        if frame.endswith("委员"):
            return [ReadingWarning("kind_mixed", "标题是人大建议，主送却是政协委员；已按标题归类，请核对。")]
        if re.search(r"政协|提案(?!建议)(?<!建议提案)", said):
            return [ReadingWarning("kind_mixed", "标题是人大建议，正文却说是政协提案；已按标题归类，请核对。")]
    return []


def _leftovers(found: Found) -> list[ReadingWarning]:
    warnings: list[ReadingWarning] = []
    if found.unknown_bureaus:
        message = f"以下单位不在单位表中：{'、'.join(found.unknown_bureaus)}。"
        warnings.append(ReadingWarning("unknown_bureau", message))
    if found.lines_left_out:
        message = f"落款日期之后有{found.lines_left_out}行文字不属于答复，未收入。"
        warnings.append(ReadingWarning("text_after_date", message))
    if found.signers_illegible:
        message = f"落款处有无法辨认的字符，只读出{'、'.join(found.signers) or '空白'}，请对照原件核对。"
        warnings.append(ReadingWarning("signer_illegible", message))
    if found.excerpt:
        warnings.append(ReadingWarning("excerpt", "页面只登了答复的一部分（略、节选），正文不完整。"))
    if found.comments:
        message = f"原文夹有{found.comments}处网页编辑器留下的注释，不属于答复，已去除。"
        warnings.append(ReadingWarning("editor_comments", message))
    texts = [found.salutation, found.opening or "", *(line.text for line in found.body)]
    if any(unicodedata.category(character) == "Cc" for text in texts for character in text if character != "\n"):
        warnings.append(ReadingWarning("control_characters", "正文含有控制字符，保存前会被去除。"))
    return warnings


def is_excerpt(keys: Sequence[str]) -> bool:
    """Whether one of these lines (as keys) says that something was left out: (略), (节选)."""
    return any(_EXCERPT.search(key) for key in keys)
