"""Letters of every shape, made from a seed: the same seed, the same letter. All texts are written for the tests."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from replies.documents.letter import Letter, copies_line, normalise, plain_text
from replies.structure.outline import Scheme, Section, deepest_level, number
from tests.documents.samples import letter, section, squeezed

_CLAUSES = (
    "收到提案后逐条研究", "由专人负责", "已于2022年7月底完成", "办结率98.5%", "同比增长201.68‰", "气温降到-3℃",
    "见附表①至⑳", "共〇件", "（以下简称《计划》）", "“一网通办”", "会同市公安局", "委员䶮㛃𫖮𬭚、喆堃提出",
    "网址www.example.cn/a-b", "联系人:王敏(科长)", "A类、B类", "面积12,345.67㎡", "——", "拟分期实施", "请予监督",
)  # fmt: skip
_ENDS = ("。", "；", "！", "？", "：")
_NAMES = ("盘锦市司法局", "市公安局", "盘锦市市场监督管理局", "市营商环境建设局", "盘锦市生态环境局大洼分局")


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
    if chance.random() < 0.2:
        made = replace(made, annex=("办理情况征询意见表", *(_text(chance) for _ in range(chance.randint(1, 4)))))
    return made


def text_in_order(source: Letter) -> str:
    """Every character a finished file must hold, in printed order, without blanks. What `plain_text` does not tell:
    an annex is announced under the text and marked on its page, and copies stand at the foot of the last page."""
    source = normalise(source)
    if not source.annex:
        return squeezed(plain_text(source))
    main = replace(source, annex=(), copies=())
    closing = squeezed("".join(source.closing))
    head, found, tail = squeezed(plain_text(main)).rpartition(closing)
    announced = squeezed(f"附件：{source.annex[0]}")
    return head + found + announced + tail + squeezed(f"附件{''.join(source.annex)}{copies_line(source)}")


def _section(chance: Random, depth: int) -> Section:
    heading = chance.choice(("", "关于本条建议的办理情况", "下一步安排。", "强化(依法)监管"))
    children = tuple(_section(chance, depth - 1) for _ in range(chance.randint(0, 2))) if depth else ()
    paragraphs = tuple(_text(chance) for _ in range(chance.randint(1, 3)))
    return section(heading, *paragraphs, run_in=bool(heading) and chance.random() < 0.4, children=children)


def _text(chance: Random) -> str:
    long = chance.random() < 0.1
    clauses = [chance.choice(_CLAUSES) for _ in range(60 if long else chance.randint(1, 8))]
    return "，".join(clauses) + chance.choice(_ENDS)
