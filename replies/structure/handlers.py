"""Which bureaus answered together: the lead and its co-handlers as printed, and their codes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from replies.structure.lines import Line

# 财政部, but no 全部, 干部 or 部门; 省外办, but not the 办 of 办理; 市政府, but not 市政府督查室 cut short.
_MINISTRY = r"(?<![全内外干各大中东西南北局上下一我本总])部(?![门分署长位级队件属里落])"
_GOVERNMENT = r"政府(?![\u4e00-\u9fff]{0,16}(?:中心|局|室|办(?!理)|厅))"
_ORGAN = (
    r"(?![了过并])[\u4e00-\u9fff]{1,20}?(?:局|委员会|办公室|督查室|委|办(?![理复结])|厅|院|中心|公司|集团|联社|银行|支队|大队|"
    rf"总署|[银证保]监会|宣传部|组织部|统战部|{_MINISTRY}|{_GOVERNMENT})"
)
# The name ends at its first 局, 委, 办 …, unless the next words carry it on (市委办公室, 委员会, 市委宣传部, 省委外办).
_THEN = (
    r"(?!员|会|办公|办(?!理)|局|厅|院|长|属|内|书记|宣传部|组织部|统战部|政法委|网信|编制|编办|外办|外事|农办|改革办|老干部|台办|"
    r"督查室|交警|交巡警|交管)"
)
_LIST = rf"{_ORGAN}{_THEN}(?:(?:、|,|，|和|与|及|以及){_ORGAN}{_THEN})*"
_JOINT = re.compile(rf"([\u4e00-\u9fff]{{1,20}}?)(?:联合|会同|牵头会同)({_LIST})")
# 经商财政部, but not the 商 of 商务局.
_CONSULTED = re.compile(rf"(?:经商(?!务|业)|(?<![\u4e00-\u9fff])商(?!务|业)|商请|征求)(?:请)?了?({_LIST})")
_PASSED_TO = re.compile(rf"交由({_LIST})(?:分别|共同)?办理")
_STUDIED_WITH = re.compile(
    rf"经[与同]({_LIST})(?:等(?:单位|部门))?(?:认真|共同|充分|联合|反复)?(?:研究|会商|协商|沟通|商议|对接)"
)
_LEAD_LABEL = re.compile(r"主办单位[:：]\s*([\u4e00-\u9fff]{2,20})")
_CO_LABEL = re.compile(r"(?:会办|协办)单位[:：]\s*([\u4e00-\u9fff、,，\s]{2,120})")
_LEAD_IN = 1000  # characters of a paragraph in which the handlers are named
_OWN = re.compile(r"(?:我|本)(?:局|委|办|厅|部|院|中心|单位|公司|大队|支队)$|^我们$")
_ORGAN_AT_END = re.compile(r"(?:局|委员会|办公室|委|办|厅|院|中心|公司|政府)$")
_CITY = re.compile(r"^(?:盘锦市|盘锦|市)(?=.{2,}$)")


@dataclass(frozen=True)
class KnownBureau:
    """A bureau the reader can recognise: its code and the names it is printed with (without city prefix)."""

    code: str
    names: tuple[str, ...]


DEFAULT_BUREAUS: tuple[KnownBureau, ...] = (
    KnownBureau("sfj", ("司法局",)),
    KnownBureau("gaj", ("公安局",)),
    KnownBureau("scj", ("市场局", "市场监督管理局", "市场监管局")),
    KnownBureau("ysj", ("营商局", "营商环境建设局", "营商环境局")),
)


@dataclass(frozen=True)
class Handlers:
    """Lead and co-handlers as printed; the lead is None when neither text nor signature names one."""

    lead: str | None
    co_handlers: tuple[str, ...]


def read_handlers(lines: Sequence[Line], signers: Sequence[str]) -> Handlers:
    """Find who handled the proposal in the opening paragraphs (and label lines) of a reply.

    A letter that names no lead was led by the body that signed first (DOMAIN.md 1.7); further signers are
    co-handlers.
    """
    signer = signers[0] if signers else None
    lead, others = _labelled(lines)
    for text in (line.text[:_LEAD_IN] for line in lines):
        if others:
            break
        if match := _JOINT.search(text):
            named = match.group(1)
            lead = lead or (named if _ORGAN_AT_END.search(named) and not _OWN.search(named) else signer)
            others = _organs(match.group(2))
        elif match := _CONSULTED.search(text) or _STUDIED_WITH.search(text) or _PASSED_TO.search(text):
            others = _organs(match.group(1))
    others = others or tuple(signers[1:])
    lead = lead or signer
    return Handlers(lead, tuple(name for name in dict.fromkeys(others) if name != lead))


def bureau_codes(names: Iterable[str], bureaus: Sequence[KnownBureau]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(codes of the known bureaus in order, names nobody knows)."""
    by_name = {name: bureau.code for bureau in bureaus for name in bureau.names}
    codes: list[str] = []
    unknown: list[str] = []
    for name in names:
        code = next((by_name[form] for form in (name, _CITY.sub("", name)) if form in by_name), None)
        if code is None:
            unknown.append(name)
        elif code not in codes:
            codes.append(code)
    return tuple(codes), tuple(unknown)


def _labelled(lines: Sequence[Line]) -> tuple[str | None, tuple[str, ...]]:
    lead: str | None = None
    others: tuple[str, ...] = ()
    for line in lines:
        if match := _LEAD_LABEL.search(line.text):
            lead = lead or match.group(1)
        if match := _CO_LABEL.search(line.text):
            others = others or tuple(filter(None, re.split(r"[、,，\s]+", match.group(1))))
    return lead, others


def _organs(text: str) -> tuple[str, ...]:
    names = re.findall(rf"(?:(?<=[、,，和与及])|^)({_ORGAN}){_THEN}", text)
    return tuple(name for name in names if not _OWN.search(name))
