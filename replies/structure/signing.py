"""Who signs a letter: what the name of a body looks like, and which line can only be a signature by its place."""

from __future__ import annotations

import re

from replies.structure.lines import Line, make_line, no_blanks

_BODY = (
    "委员会|办公室|督查室|政府|公司|中心|集团|银行|支行|分行|海关|气象台|电视台|监狱|检察院|法院|医院|学校|大学|学院|研究院|支队|总队|大队|支局|分局|"
    "专班|妇联|残联|文联|侨联|台联|科协|社科联|工商联|报社|街道|党组|局|委|办|厅|部|署|会|处|所|馆|站|社|院|队"
)
_SIGNER = re.compile(rf"[\u4e00-\u9fff()〇]{{2,30}}?(?:{_BODY})(?:\((?:盖章|印章|公章|章)\))?$")
_LAST_SIGNS = frozenset(name[-1] for name in _BODY.split("|")) | {")"}
_GLUED_SIGNERS = re.compile(
    rf"(?<=局|厅|委|办|院)(?=[\u4e00-\u9fff]{{2,4}}(?:市|县|区|省)[\u4e00-\u9fff]{{1,24}}(?:{_BODY})$)"
)
_SEAL_NOTE = re.compile(r"[（(]\s*(?:盖章|印章|公章|章)\s*[)）]")
# What a page in a wrong encoding leaves of blanks and of what it could not spell; one alone may be a real question.
_LOST = re.compile(r"[?？\ufffd]{2,}")
_BORDERS = "|｜ "  # a table in which the tail was set leaves its borders
# Any short name may sign; what speaks or tells is a sentence whose stop was forgotten.
_NAME = re.compile(r"[\u4e00-\u9fffA-Za-z0-9()〇·“”]{4,30}")
_TELLS = re.compile(r"[我您你请谢将了]|已经|正在|完成|解决|落实|如[下上]|以上|欢迎|希望|\d{5}")
_ENDED = re.compile(r"[。！？!?：:;；…）)][”’」』）)]*$|(?:答复|函复|回复|函告|复函|此复|敬礼|谢意|感谢|支持|理解)$")


def has_lost_characters(text: str) -> bool:
    """Whether part of ``text`` is no longer legible: a run of question marks."""
    return _LOST.search(text) is not None


def legible(line: Line) -> Line:
    """The line without its runs of question marks."""
    return make_line(_LOST.sub(" ", line.text)) if has_lost_characters(line.text) else line


def is_signer(line: Line) -> bool:
    """Whether a line reads as the name of one or more bodies, wherever it stands; what is illegible does not count."""
    line = legible(line)
    key = line.key.strip(_BORDERS)
    if key[-1:] not in _LAST_SIGNS or line.is_sentence or len(key) > 60 or line.marked is not None:
        return False
    return _SIGNER.fullmatch(key) is not None or all(_SIGNER.fullmatch(piece) for piece in _pieces(line.text))


def signs_by_place(line: Line, above: Line | None = None) -> bool:
    """Whether a line directly above the date signs although its ending names no body: short, told apart from text.

    The line above must be at its end, or the short line could be the rest of its sentence.
    """
    key = legible(line).key.strip(_BORDERS)
    if _NAME.fullmatch(key) is None or line.marked is not None or _TELLS.search(key):
        return False
    return above is not None and _ENDED.search(above.key) is not None


def signer_names(text: str) -> list[str]:
    """The bodies a signature line names, told apart by blanks, 、 or where the next one plainly begins."""
    bare = _SEAL_NOTE.sub(" ", _LOST.sub(" ", text)).strip(_BORDERS).strip()
    pieces = [piece for piece in re.split(r"[、\s]+", bare) if piece]
    if not all(_SIGNER.fullmatch(make_line(piece).key) for piece in pieces):
        pieces = [no_blanks(bare)]
    return [name for piece in pieces for name in _GLUED_SIGNERS.split(piece) if name]


def _pieces(text: str) -> list[str]:
    return [make_line(piece).key for piece in re.split(r"[、\s]+", text.strip(_BORDERS))]
