"""The figures made ready to show: per block a head, lines of numbers with their links, and the bars of the chart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from proposals.clocks import LATE, ON_TIME, OVERDUE
from proposals.models import Bureau
from proposals.templatetags.charts import Bar
from replies.statistics import (
    BUREAU_LABELS,
    Figure,
    Scope,
    by_bureau,
    by_lamp,
    by_punctuality,
    by_rating,
    by_result,
    by_silence,
    by_stage,
    on_time_rate,
    satisfaction_rate,
)


@dataclass(frozen=True)
class Line:
    """A row of a table: its name, its numbers (each with its link), and what is reckoned from them."""

    label: str
    figures: tuple[Figure, ...]
    rate: str = ""

    @property
    def values(self) -> tuple[str | int, ...]:
        """The row as plain values, for a sheet."""
        return (self.label, *(one.count for one in self.figures), *([self.rate] if self.rate else []))


@dataclass(frozen=True)
class Block:
    """One block: ``words`` say what is counted; ``head`` are the labels of the columns; ``bars`` the chart."""

    key: str
    title: str
    words: str
    head: tuple[str, ...]
    lines: tuple[Line, ...]
    bars: tuple[Bar, ...]
    chart: str


def all_blocks(scope: Scope, bureaus: Sequence[Bureau]) -> tuple[Figure, list[Block]]:
    """The number of all cases, and every block (one query each). ``bureaus``: those with a row."""
    stages = by_stage(scope)
    blocks = [_stage(scope, stages, bureaus), *(make(scope, stages, bureaus) for make in list(BLOCKS.values())[1:])]
    return Figure("提案", _sum(stages), scope.query()), blocks


def one_block(key: str, scope: Scope, bureaus: Sequence[Bureau]) -> Block:
    """One block by its key."""
    return BLOCKS[key](scope, by_stage(scope) if key in {"stage", "lamp"} else [], bureaus)


def _stage(scope: Scope, stages: Sequence[Figure], bureaus: Sequence[Bureau]) -> Block:
    return _simple("stage", "提案状态", "提案现在处在哪一步。", "状态", stages)


def _bureau(scope: Scope, stages: Sequence[Figure], bureaus: Sequence[Bureau]) -> Block:
    rows = by_bureau(scope, bureaus)
    words = (
        "主办含独办、分办。按期：在答复期限当天或之前印发；逾期：期限过后才印发；超期：期限已过，还没有印发。"
        "按期答复率＝按期÷（按期＋逾期＋超期），未到期的不算。由其他系统导入的提案没有交办，不在此列。"
    )
    lines = tuple(Line(row.bureau, row.figures, row.rate) for row in rows)
    bars = tuple(Bar(row.bureau, row.lead.count) for row in rows)
    return Block("bureau", "承办单位", words, ("单位", *BUREAU_LABELS.values(), "按期答复率"), lines, bars, "主办件数")


def _lamp(scope: Scope, stages: Sequence[Figure], bureaus: Sequence[Bureau]) -> Block:
    words = "按每件提案最近一个没有完成的期限（签收、答复、会办意见、评价、公开等）。"
    return _simple("lamp", "期限", words, "最近的期限", by_lamp(scope, _sum(stages)))


def _punctuality(scope: Scope, stages: Sequence[Figure], bureaus: Sequence[Bureau]) -> Block:
    found = by_punctuality(scope)
    rate = on_time_rate(found[ON_TIME], found[LATE], found[OVERDUE])
    words = (
        f"按期答复率 {rate}。按期：在答复期限当天或之前印发。"
        "按期答复率＝按期÷（按期＋逾期＋超期未答复），未到期的不算。"
        "几个单位分别答复的提案，有几种情况就在几行里各算一件。"
    )
    return _simple("punctuality", "按期答复", words, "答复", list(found.values()))


def _result(scope: Scope, stages: Sequence[Figure], bureaus: Sequence[Bureau]) -> Block:
    words = "按已印发的答复；导入的按原件。几个单位分别答复的提案，有几类就在几行里各算一件。"
    return _simple("result", "办理结果", words, "类别", by_result(scope))


def _rating(scope: Scope, stages: Sequence[Figure], bureaus: Sequence[Bureau]) -> Block:
    found = by_rating(scope)
    silent, counted = by_silence(scope)
    rates = "，".join(
        f"{RATED_LABELS[name]}满意率 {satisfaction_rate(figures, counted)}" for name, figures in found.items()
    )
    words = (
        f"{rates}。几位提案者都评价的按最低的算；满意率含“基本满意”。逾期未反馈单独列出，不作满意；"
        f"按届次规则计入应评价件数的有 {counted} 件，其余不计入满意率。"
    )
    lines = (
        *(Line(pair[0].label, pair) for pair in zip(*found.values(), strict=True)),
        Line(silent.label, (silent, silent)),
    )
    bars = tuple(Bar(line.label, line.figures[-1].count) for line in lines)
    head = ("评价", *(f"对{label}" for label in RATED_LABELS.values()))
    return Block("rating", "提案者评价", words, head, lines, bars, "对办理结果的评价")


def _simple(key: str, title: str, words: str, what: str, figures: Sequence[Figure]) -> Block:
    lines = tuple(Line(one.label, (one,)) for one in figures)
    bars = tuple(Bar(one.label.split(" ")[0], one.count) for one in figures)  # of a class its letter
    return Block(key, title, words, (what, "件数"), lines, bars, title)


def _sum(figures: Sequence[Figure]) -> int:
    return sum(one.count for one in figures)


RATED_LABELS = {"attitude": "办理态度", "rating": "办理结果"}
BLOCKS: dict[str, Callable[[Scope, Sequence[Figure], Sequence[Bureau]], Block]] = {
    "stage": _stage,
    "bureau": _bureau,
    "lamp": _lamp,
    "punctuality": _punctuality,
    "result": _result,
    "rating": _rating,
}
