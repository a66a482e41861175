"""Out of the file of a published page: its text, and whether it is a reply to a proposal at all. Pure."""

from __future__ import annotations

from replies.structure.imported import ImportedReply, Kind
from replies.structure.sources.opening import read_source

SUFFIXES = (".txt", ".html", ".htm", ".docx", ".pdf")


def read_text(raw: bytes, *, name: str) -> str:
    """The text of a page file, without the NUL characters no database keeps. Raises UploadRefused."""
    return read_source(raw, name=name).text.replace("\0", "")


def why_no_case(reading: ImportedReply) -> str:
    """Why the page is not stored as a reply to a proposal, in one sentence; "" when it is one."""
    if not reading.is_reply:
        reasons = "；".join(warning.message.rstrip("。") for warning in reading.warnings)
        return f"这不是一份答复：{reasons or '没有找到答复的标题和正文'}。"
    if reading.kind is Kind.CO_HANDLER_OPINION:
        to = f"“{reading.lead}”" if reading.lead else "主办单位"
        return f"这是会办意见：会办单位写给{to}的，不是给提案者的答复，不能作为答复存入。"
    if reading.kind is Kind.SUGGESTION_REPLY:
        return "这是人大代表建议的答复，不是政协提案的答复，这里不存入。"
    if reading.kind is not Kind.PROPOSAL_REPLY:
        return "看不出是政协提案的答复还是别的公文，这里只导入政协提案答复。"
    return ""
