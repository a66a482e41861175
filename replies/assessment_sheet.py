"""The sheet made ready to show: per bureau its lines with formula and score, total and rank."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from proposals.models import Assignment, Bureau, Session
from proposals.workflow import AssignmentState
from replies.assessment import MEASURES, PART, WHOLE, Rate, Source, rates
from replies.models import AssessmentItem, AssessmentScore, AssessmentSheet
from replies.statistics import Figure, percent
from replies.workflow_assessment import SheetState

TENTH, HUNDREDTH = Decimal("0.1"), Decimal("0.01")


@dataclass(frozen=True)
class Line:
    """One item of one bureau. ``score`` None: nothing to count, or not given yet (``is_missing``)."""

    item_id: int
    name: str
    points: Decimal
    source: str
    score: Decimal | None
    part: Figure | None = None
    whole: Figure | None = None
    reason: str = ""
    version: int = 0

    @property
    def is_hand(self) -> bool:
        """Whether the office gives the score."""
        return self.source == Source.HAND

    @property
    def is_missing(self) -> bool:
        """Whether the office still has to give it."""
        return self.is_hand and self.score is None

    @property
    def rate(self) -> str:
        """``92.3%``; — without cases; "" for a score by hand."""
        return percent(self.part.count, self.whole.count) if self.part and self.whole else ""

    @property
    def formula(self) -> str:
        """How the score comes about, in words."""
        measure = MEASURES.get(self.source)
        if measure is None:
            return "督查室打分"
        if self.score is None:
            return "没有可计的提案，这一项不计，总分按其余项目折算"
        how = "（1－{rate}）" if measure.low_is_good else "{rate}"
        return f"{self.points} 分×" + how.format(rate=self.rate) + f"＝{self.score}"


@dataclass(frozen=True)
class BureauSheet:
    """What one bureau got. ``rank`` 0: not ranked, because less than half of the points could be counted."""

    bureau: Bureau
    lines: tuple[Line, ...]
    rank: int = 0

    @property
    def total(self) -> Decimal | None:
        """Sum of the scores, stretched to the full points where items did not count; None where none did."""
        if not self.possible:
            return None
        got = sum((line.score for line in self.lines if line.score is not None), Decimal(0))
        return (got * self.full / self.possible).quantize(HUNDREDTH, ROUND_HALF_UP)

    @property
    def full(self) -> Decimal:
        """The points of all items."""
        return sum((line.points for line in self.lines), Decimal(0))

    @property
    def possible(self) -> Decimal:
        """The points of the items that counted."""
        return sum((line.points for line in self.lines if line.score is not None), Decimal(0))

    @property
    def is_comparable(self) -> bool:
        """Whether enough counted for a rank: who hardly helps in one case shall not stand above who answers forty."""
        return self.possible > 0 and self.possible * 2 >= self.full

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to be given by hand."""
        return not any(line.is_missing for line in self.lines)

    @property
    def stretched(self) -> bool:
        """Whether some item did not count."""
        return any(line.score is None for line in self.lines)

    @property
    def version(self) -> int:
        """Grows with every score given by hand: what a form was made from."""
        return sum(line.version for line in self.lines)


def items_of(session: Session) -> list[AssessmentItem]:
    """The lines of the sheet of ``session``: its own, else the usual ones (one query)."""
    rows = list(AssessmentItem.objects.filter(is_active=True).order_by("position", "id"))
    own = [row for row in rows if row.session_id == session.pk]
    return own or [row for row in rows if row.session_id is None]


def score_of(points: Decimal, rate: Rate, *, low_is_good: bool) -> Decimal | None:
    """Share of ``points``, to a tenth; None without cases."""
    if not rate.whole:
        return None
    share = Decimal(rate.whole - rate.part if low_is_good else rate.part) / Decimal(rate.whole)
    return (points * share).quantize(TENTH, ROUND_HALF_UP)


def sheet_of(sheet: AssessmentSheet, day: date) -> list[BureauSheet]:
    """Every bureau of the sheet, the best first: as frozen, or as the figures stand on ``day``."""
    if sheet.state == SheetState.PUBLISHED:
        return ranked(_frozen(sheet))
    return ranked(_live(sheet, day))


def ranked(rows: Iterable[BureauSheet]) -> list[BureauSheet]:
    """The same with ranks; equal totals share one. Who cannot be compared, or has no total, comes last, unranked."""

    def order(row: BureauSheet) -> tuple[bool, bool, Decimal, int, int]:
        return (
            not row.is_comparable,
            row.total is None,
            -(row.total or Decimal(0)),
            row.bureau.position,
            row.bureau.pk,
        )

    rows = sorted(rows, key=order)
    found: list[BureauSheet] = []
    for place, row in enumerate(rows, start=1):
        same = found and found[-1].total == row.total
        found.append(replace(row, rank=0 if not row.is_comparable else found[-1].rank if same else place))
    return found


def _live(sheet: AssessmentSheet, day: date) -> list[BureauSheet]:
    items, counted = items_of(sheet.session), rates(sheet.session, day)
    by_hand = {(row.bureau_id, row.item_id): row for row in sheet.scores.all()}
    shares = Assignment.objects.filter(proposal__session=sheet.session).exclude(state=AssignmentState.WITHDRAWN)
    bureaus = Bureau.objects.filter(pk__in=shares.order_by().values("bureau"))
    return [
        BureauSheet(bureau, tuple(_live_line(sheet, bureau, item, counted, by_hand) for item in items))
        for bureau in bureaus
    ]


def _live_line(
    sheet: AssessmentSheet,
    bureau: Bureau,
    item: AssessmentItem,
    counted: Mapping[tuple[int, str], Rate],
    by_hand: Mapping[tuple[int, int], AssessmentScore],
) -> Line:
    if item.source == Source.HAND:
        given = by_hand.get((bureau.pk, item.pk))
        score = min(given.score, item.points) if given and given.score is not None else None
        reason, version = (given.reason, given.version) if given else ("", 0)
        return Line(item.pk, item.name, item.points, item.source, score, reason=reason, version=version)
    rate = counted.get((bureau.pk, item.source), Rate(0, 0))
    score = score_of(item.points, rate, low_is_good=MEASURES[item.source].low_is_good)
    part, whole = figures(sheet, bureau, item.source, rate)
    return Line(item.pk, item.name, item.points, item.source, score, part, whole)


def _frozen(sheet: AssessmentSheet) -> list[BureauSheet]:
    rows = sheet.scores.select_related("bureau").order_by("bureau__position", "bureau_id", "position", "id")
    found: dict[int, tuple[Bureau, list[Line]]] = {}
    for row in rows:
        part = whole = None
        if row.part is not None and row.whole is not None:
            part, whole = figures(sheet, row.bureau, row.source, Rate(row.part, row.whole))
        line = Line(row.item_id, row.name, row.points, row.source, row.score, part, whole, row.reason, row.version)
        found.setdefault(row.bureau_id, (row.bureau, []))[1].append(line)
    return [BureauSheet(bureau, tuple(lines)) for bureau, lines in found.values()]


def figures(sheet: AssessmentSheet, bureau: Bureau, source: str, rate: Rate) -> tuple[Figure, Figure]:
    """Numerator and denominator, each with the query of the list of exactly those cases."""
    measure = MEASURES[source]
    scope = f"session={sheet.session_id}&bureau={bureau.pk}&assess={source}"
    return (
        Figure(measure.part_words, rate.part, f"{scope}.{PART}"),
        Figure(measure.whole_words, rate.whole, f"{scope}.{WHOLE}"),
    )


def find(rows: Sequence[BureauSheet], bureau_id: int) -> BureauSheet | None:
    """The lines of one bureau."""
    return next((row for row in rows if row.bureau.pk == bureau_id), None)
