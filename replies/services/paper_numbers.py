"""The number of a co-handler's letter on paper, as it is typed: shaped like a document number (DOMAIN 2.2: 机关代字,
year in brackets, serial), and of no register that is kept here."""

from __future__ import annotations

import re
import unicodedata

from proposals.errors import InvalidInput
from proposals.models import Bureau
from replies.models import DocumentNumber

_BRACKETS = str.maketrans({**dict.fromkeys("([{【『「《〈〖", "〔"), **dict.fromkeys(")]}】』」》〉〗", "〕")})
# A word of Chinese letters, of which some may stand in brackets: 盘公函（法）〔2026〕7号.
_SHAPE = re.compile(r"(?:[\u3400-\u9fff]|〔[\u3400-\u9fff]+〕)+〔(?:19|20)[0-9][0-9]〕第?[0-9]{1,6}号")
_WORD = re.compile(r"([^0-9]+?)(?:〔?(?:19|20)[0-9][0-9]|〔?第?[0-9])")
_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
_YEAR = re.compile(r"[(（\[［{｛【『「《〈〖〔]((?:19|20)[0-9]{2})年?[)）\]］}｝】』」》〉〗〕]")
NOT_A_NUMBER = "这不像发文字号。请照公函上的样子填，如“公局办〔2026〕7号”；没有另发纸质公函的，请留空，签发时自动编。"


def insist_on_number_of_paper(typed: str, *, stored: str) -> None:
    """InvalidInput at ``document_number`` for what is no document number, or is one of a word that is registered for
    any bureau: the register would give it a second time. What was ``stored`` before stays (at most two queries)."""
    if not typed or typed == stored:
        return
    number = _plain(typed)
    found = _WORD.match(number)
    if found and _is_registered(found[1]):
        raise InvalidInput(
            {"document_number": f"“{found[1]}”的字号由平台在签发时编，不用填写；这里只填纸质公函另有的字号。"}
        )
    if not _SHAPE.fullmatch(number):
        raise InvalidInput({"document_number": NOT_A_NUMBER})


def number_as_printed(typed: str) -> str:
    """A typed number as GB/T 9704 prints it: the year in 〔〕, plain digits, no blanks; brackets in its word stay."""
    even = "".join(typed.split()).translate(_DIGITS)
    return _YEAR.sub(r"〔\1〕", even)


def _plain(text: str) -> str:
    """Without blanks, with one kind of brackets and digits, and the year without its 年."""
    even = "".join(unicodedata.normalize("NFKC", text).split()).translate(_BRACKETS)
    return re.sub(r"([0-9]{4})年", r"\1", even)


def _is_registered(word: str) -> bool:
    words = Bureau.objects.exclude(document_word="").values_list("document_word", flat=True)
    return word in map(_plain, words) or DocumentNumber.objects.filter(word=word).exists()
