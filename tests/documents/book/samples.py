"""Books for the tests: from a handful of cases to the five hundred of the benchmark. All texts are written for them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from random import Random

from replies.documents.book.structure import ABSTRACTS, REPLIES, Book, Chapter, Entry, Part
from replies.documents.letter import Letter, public_copy
from tests.documents.generated import generated

DAY = date(2022, 12, 30)
TOPICS = ("经济建设", "民生保障", "生态环境", "文化教育", "城乡建设")
_NAMES = (
    "安宁",
    "白露",
    "陈光",
    "丁香",
    "方圆",
    "高原",
    "何川",
    "江河",
    "康庄",
    "林海",
    "民建盘锦市委员会",
    "市工商联",
)
_SENTENCES = (
    "近年来我市湿地面积稳定，候鸟种类逐年增加，但周边村屯的污水管网还没有全部接通。",
    "部分老旧小区停车位不足，消防通道经常被占用，居民反映比较集中。",
    "建议由牵头单位会同有关单位列出清单，明确完成时限，并把进展向社会公布。",
    "经与委员当面沟通，我们对建议逐条研究，已把其中三项列入今年的工作计划。",
    "下一步将安排专项资金，年底前完成管线改造12.5公里，惠及2300户。",
)


def prose(chance: Random, length: int) -> str:
    """About so many characters of plain sentences."""
    text = ""
    while len(text) < length:
        text += chance.choice(_SENTENCES)
    return text


def entry(seed: int, *answers: Letter, length: int = 60, **changes: object) -> Entry:
    """A case of this seed; `length`: characters of each of its three parts."""
    chance = Random(seed)
    whole: dict[str, object] = {
        "number": f"第{seed:03d}号",
        "title": f"关于{chance.choice(('加强湿地保护', '改善老旧小区停车条件', '完善农村养老服务体系'))}的提案",
        "proposers": tuple(chance.sample(_NAMES, chance.randint(1, 3))),
        "topic": TOPICS[seed % len(TOPICS)],
        "bureaus": ("市生态环境局",),
        "co_handlers": ("市财政局", "市城管局")[: seed % 3],
        "parts": tuple(
            Part(heading=heading, paragraphs=(prose(chance, length),))
            for heading in ("背景情况", "问题分析", "具体建议")
        ),
        "answers": tuple(public_copy(one) for one in answers),
    }
    return Entry(**(whole | changes))  # type: ignore[arg-type]


def book(entries: Iterable[Entry], kind: str = REPLIES) -> Book:
    """The cases in chapters by their topics."""
    by_topic: dict[str, list[Entry]] = {}
    for one in entries:
        by_topic.setdefault(one.topic, []).append(one)
    return Book(
        kind=kind,
        title="提案摘要汇编" if kind == ABSTRACTS else "提案及答复汇编",
        subject="政协盘锦市第九届委员会第一次会议",
        issuer="政协盘锦市委员会提案委员会",
        edition="内部资料　答复不含联系人和电话",
        day=DAY,
        chapters=tuple(Chapter(title=title, entries=tuple(found)) for title, found in by_topic.items()),
    )


def small(kind: str = REPLIES, count: int = 7) -> Book:
    """A few short cases; in a book of answers every shape of letter comes."""
    answered = kind == REPLIES
    return book((entry(seed, *([generated(seed)] if answered else [])) for seed in range(1, count + 1)), kind)
