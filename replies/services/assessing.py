"""承办单位考核: opening the sheet of a session, scores by hand, and freezing it (DOMAIN 1.13)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.urls import reverse

from panjin_portal.lib.clock import now, today
from proposals.errors import InvalidInput, StateChanged, WrongStage
from proposals.models import Bureau, Role, Session, User
from proposals.permissions import BUREAU_ROLES
from proposals.services.events import record_site_event
from proposals.services.locking import fresh, insist
from proposals.services.notice_wording import say
from proposals.services.wording import demand_text, one_line
from replies.assessment_sheet import BureauSheet, find, items_of, sheet_of
from replies.models import AssessmentScore, AssessmentSheet
from replies.permissions_assessment import can, can_open
from replies.services.telling import Message, tell
from replies.workflow_assessment import SheetState

REASON_MAX = 200
STALE = "别人刚改过这个单位的分数，下面是现在的分数，请核对后再保存。"


@dataclass(frozen=True)
class Given:
    """A score by hand with its reason."""

    score: Decimal | None
    reason: str


@transaction.atomic
def open_sheet(actor: User, *, session: Session) -> AssessmentSheet:
    """开始考核 of ``session``. WrongStage when it has been opened, or without any item."""
    Session.objects.select_for_update().get(pk=session.pk)
    insist(can_open(fresh(actor)))
    if AssessmentSheet.objects.filter(session=session).exists():
        raise StateChanged(f"{session}的考核已经开始。")
    if not items_of(session):
        raise WrongStage("还没有考核项目，请系统管理员先在“考核项目”里设置。")
    sheet = AssessmentSheet.objects.create(session=session, opened_by=actor, opened_at=now())
    _record(actor, sheet, "open_assessment", f"开始{sheet}")
    return sheet


@transaction.atomic
def score(
    actor: User, *, sheet: AssessmentSheet, bureau: Bureau, given: Mapping[int, Given], seen_version: int
) -> AssessmentSheet:
    """Keep the scores by hand of one bureau: item (key) to score and reason. What is left empty stays to be given.

    InvalidInput at ``score-12`` or ``reason-12`` (12: the item); WrongStage when somebody gave others since
    ``seen_version``, or the sheet is published.
    """
    locked = _locked(sheet)
    insist(can(fresh(actor), "score_assessment", locked))
    lines = find(sheet_of(locked, today()), bureau.pk)
    if lines is None:
        raise WrongStage("这个单位在本届没有承办提案。")
    if lines.version != seen_version:
        raise StateChanged(STALE)
    faults: dict[str, str] = {}
    changed = []
    for line in (line for line in lines.lines if line.is_hand):
        one = given.get(line.item_id, Given(None, ""))
        try:
            reason = one_line(demand_text(one.reason, field=f"reason-{line.item_id}", most=REASON_MAX))
        except InvalidInput as error:
            faults.update({field: texts[0] for field, texts in error.errors.items()})
            continue
        if one.score is None and not reason and line.version == 0:
            continue
        if one.score is None or not 0 <= one.score <= line.points or one.score.as_tuple().exponent < -1:  # type: ignore[operator]
            faults[f"score-{line.item_id}"] = f"请填写 0 至 {line.points} 的分数，至多一位小数。"
        if not reason:
            faults[f"reason-{line.item_id}"] = "打分请写明理由，承办单位会看到。"
        if (one.score, reason) != (line.score, line.reason):
            changed.append((line, one.score, reason))
    if faults:
        raise InvalidInput(faults)
    for line, points, reason in changed:
        common = {"name": line.name, "points": line.points, "source": line.source, "score": points, "reason": reason}
        common |= {"given_by": actor, "given_at": now(), "version": line.version + 1}
        AssessmentScore.objects.update_or_create(sheet=locked, bureau=bureau, item_id=line.item_id, defaults=common)
        text = f"{locked}：{bureau}“{line.name}”得{points}分（{reason}）"
        _record(actor, locked, "score_assessment", text, bureau=bureau.pk, item=line.item_id)
    return locked


@transaction.atomic
def publish_sheet(actor: User, *, sheet: AssessmentSheet) -> AssessmentSheet:
    """公布考核表: every number and score is frozen as it stands now; the bureaus see their own, 提案委 sees all.

    InvalidInput names the bureaus whose score by hand is missing.
    """
    locked = _locked(sheet)
    insist(can(fresh(actor), "publish_assessment", locked))
    rows = sheet_of(locked, today())
    refuse_incomplete(rows)
    _freeze(locked, rows)
    locked.state, locked.published_by, locked.published_at = SheetState.PUBLISHED, actor, now()
    locked.save(update_fields=["state", "published_by", "published_at"])
    _record(actor, locked, "publish_assessment", f"公布{locked}（{len(rows)}个单位）")
    said = say("assessment_published", session=locked.session)
    link = f"{reverse('assessment')}?session={locked.session_id}"
    bureaus = [Message(BUREAU_ROLES, said, link, bureau_id=row.bureau.pk) for row in rows]
    tell(*bureaus, Message([Role.COMMITTEE_STAFF], said, link), but=actor)
    return locked


def refuse_incomplete(rows: Sequence[BureauSheet]) -> None:
    """InvalidInput while there is no bureau, or one whose score by hand is missing."""
    if not rows:
        raise InvalidInput({"": "本届还没有交办提案，没有可以公布的单位。"})
    missing = [row.bureau.short_name for row in rows if not row.is_complete]
    if missing:
        raise InvalidInput({"": f"还有单位没有打分：{'、'.join(missing)}。请先打分，再公布。"})


def _freeze(sheet: AssessmentSheet, rows: Sequence[BureauSheet]) -> None:
    """Rows of what the system counted, and the day's names and points for what was given by hand."""
    by_hand = {(row.bureau_id, row.item_id): row for row in sheet.scores.all()}
    new, old = [], []
    for row in rows:
        for place, line in enumerate(row.lines, start=1):
            kept = by_hand.pop((row.bureau.pk, line.item_id), None)
            if kept is None:
                kept = AssessmentScore(sheet=sheet, bureau=row.bureau, item_id=line.item_id)
                kept.part = line.part.count if line.part else None
                kept.whole = line.whole.count if line.whole else None
                new.append(kept)
            else:
                old.append(kept)
            kept.name, kept.points, kept.source, kept.score = line.name, line.points, line.source, line.score
            kept.position = place
    AssessmentScore.objects.bulk_create(new)
    AssessmentScore.objects.bulk_update(old, ["name", "points", "source", "score", "position"])
    # Of an item or a bureau that is not on the sheet any more.
    AssessmentScore.objects.filter(pk__in=[row.pk for row in by_hand.values()]).delete()


def _locked(sheet: AssessmentSheet) -> AssessmentSheet:
    return AssessmentSheet.objects.select_related("session").select_for_update(of=("self",)).get(pk=sheet.pk)


def _record(actor: User, sheet: AssessmentSheet, kind: str, text: str, **data: int) -> None:
    record_site_event(actor, kind=kind, text=text, data={"sheet": sheet.pk, **data})
