"""Letters of every shape, made from a seed: the same seed, the same letter. All texts are written for the tests."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from replies.documents.annexes import Annex, Column, Table
from replies.documents.letter import Letter, normalise, plain_text
from replies.documents.shared import DOCUMENT_FORM
from replies.structure.outline import Scheme, Section, deepest_level, number
from tests.documents.samples import letter, section, squeezed

_CLAUSES = (
    "收到提案后逐条研究", "由专人负责", "已于2022年7月底完成", "办结率98.5%", "同比增长201.68‰", "气温降到-3℃",
    "见附表①至⑳", "共〇件", "（以下简称《计划》）", "“一网通办”", "会同市公安局", "委员䶮㛃𫖮𬭚、喆堃提出",
    "网址www.example.cn/a-b", "联系人:王敏(科长)", "A类、B类", "面积12,345.67㎡", "——", "拟分期实施", "请予监督",
)  # fmt: skip
_ENDS = ("。", "；", "！", "？", "：")
_NAMES = ("盘锦市司法局", "市公安局", "盘锦市市场监督管理局", "市营商环境建设局", "盘锦市生态环境局大洼分局")
_TITLES = ("提案办理情况征询意见表", "建议办理情况对照表(第一批)", "重点任务清单、责任分工和完成时限一览表")
_HEADS = ("序号", "建议", "办理结果", "答复情况(摘要)", "责任单位", "承诺与期限")


def generated(seed: int) -> Letter:
    """The letter of this seed: any part may be missing, long, doubled, typed in half width or full of rare signs."""
    chance = Random(seed)
    scheme = chance.choice(list(Scheme))
    depth = chance.randint(0, deepest_level(scheme) - 1)
    body = number([_section(chance, depth) for _ in range(chance.randint(0, 4))], scheme)
    few = chance.randint(0, 3)
    made = letter(
        masthead=chance.choice((*_NAMES, "")),
        number=chance.choice(("盘司函〔2022〕18号", "盘政办函〔2022〕1018号", "")),
        class_mark=chance.choice(("A", "B1", "C", "")),
        title="对市政协九届一次会议关于" + "加强湿地保护、" * chance.randint(0, 8) + "推动发展(第005号)提案的答复",
        addressee=chance.choice(("李明委员", "民建盘锦市委员会:", "甲、乙、丙等4位委员", "")),
        opening=chance.choice(("", _text(chance), f"{_text(chance)}\n{_text(chance)}")),
        body=body,
        closing=tuple(_text(chance) for _ in range(few)) or ("特此答复。",),
        signers=tuple(chance.sample(_NAMES, chance.randint(0, 3))),
        signed_on=chance.choice((None, date(2022, 1, 1) + timedelta(days=chance.randint(0, 700)))),
        note=chance.choice(("", "此件公开发布", "(主动公开)")),
        contact_person=chance.choice(("", "王敏", "祎赟")),
        contact_phone=chance.choice(("", "0427-2820000")),
        copies=tuple(chance.choice(_NAMES) for _ in range(chance.choice((0, 0, 1, 5, 30)))),
    )
    if chance.random() < 0.25:
        made = replace(made, annexes=tuple(_annex(chance) for _ in range(chance.choice((1, 1, 2, 3)))))
    if chance.random() < 0.25:
        made = replace(made, form=DOCUMENT_FORM, printed_by=chance.choice(("盘锦市司法局办公室", "")))
    return made


def text_in_order(source: Letter) -> str:
    """Every character a finished file must hold, in printed order, without blanks."""
    return squeezed(plain_text(normalise(source)))


def _annex(chance: Random) -> Annex:
    """An annex of text, of a table, of both, or of two tables; on one page, for a PDF repeats the head on the next."""
    title = chance.choice(
        ("提案办理情况征询意见表", "建议办理情况对照表(第一批)", "重点任务清单、责任分工和完成时限一览表")
    )
    paragraphs = tuple(_clauses(chance, 6) for _ in range(chance.randint(0, 2)))
    return Annex(title, paragraphs, tuple(_table(chance) for _ in range(chance.choice((0, 1, 1, 2)))))


def _table(chance: Random) -> Table:
    heads = chance.sample(
        ("序号", "建议", "办理结果", "答复情况(摘要)", "责任单位", "承诺与期限"), chance.randint(1, 6)
    )
    columns = tuple(Column(head, chance.randint(1, 4)) for head in heads)
    return Table(columns, tuple(tuple(_cell(chance) for _ in columns) for _ in range(chance.randint(0, 2))))


def _cell(chance: Random) -> str:
    return chance.choice(("", "A类", _clauses(chance, 1), f"{_clauses(chance, 1)}\n{_clauses(chance, 1)}"))


def _section(chance: Random, depth: int) -> Section:
    heading = chance.choice(("", "关于本条建议的办理情况", "下一步安排。", "强化(依法)监管"))
    children = tuple(_section(chance, depth - 1) for _ in range(chance.randint(0, 2))) if depth else ()
    paragraphs = tuple(_text(chance) for _ in range(chance.randint(1, 3)))
    return section(heading, *paragraphs, run_in=bool(heading) and chance.random() < 0.4, children=children)


def _text(chance: Random) -> str:
    long = chance.random() < 0.1
    return _clauses(chance, 60 if long else chance.randint(1, 8))


def _clauses(chance: Random, count: int) -> str:
    return "，".join(chance.choice(_CLAUSES) for _ in range(count)) + chance.choice(_ENDS)
