"""Urging (催办): a numbered notice about one case to the bureaus that owe something in it, for one case or many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.urls import reverse

from panjin_portal.lib.chinese import long_date
from panjin_portal.lib.clock import now, today
from proposals.errors import InvalidInput, PortalError, StateChanged, WrongStage
from proposals.models import Assignment, Bureau, Deadline, Post, Proposal, Urging, User
from proposals.models.deadlines import DeadlineKind
from proposals.permissions_supervision import may_urge
from proposals.services.events import record_event
from proposals.services.locking import case_with_session, fresh, insist, lock_proposal
from proposals.services.notice_wording import say
from proposals.services.notices import notify, staff_of
from proposals.services.wording import demand_text
from proposals.urging_text import OwedLine, faults_of, filled, owed_in_words
from proposals.workflow import ProposalState

TEXT_MAX = 1000
KEY_MAX = 40
# Owed from the day their clock starts; of the rest (承诺、公开) only what is past its day is urged.
HANDLING = (DeadlineKind.RECEIPT, DeadlineKind.REPLY, DeadlineKind.OPINION, DeadlineKind.REDO, DeadlineKind.SLIP)
ALL, ANSWERING, HELPING = "all", "answering", "helping"
WHOM = ((ALL, "所有欠办的单位"), (ANSWERING, "只催主办（独办、分办）单位"), (HELPING, "只催会办单位"))


@dataclass(frozen=True)
class Outcome:
    """What became of one case; ``refusal`` is empty for what was urged."""

    proposal: Proposal
    urging: Urging | None = None
    refusal: str = ""


def owed_clocks(cases: Iterable[int]) -> QuerySet[Deadline]:
    """The running clocks of these cases about which a bureau can be urged, with the bureau (one query)."""
    running = Deadline.objects.filter(
        proposal__in=list(cases), met_at=None, cancelled_at=None, bureau__isnull=False
    ).filter(Q(kind__in=HANDLING) | Q(due_on__lt=today()))
    return running.select_related("bureau", "assignment").order_by("due_on", "id")


def addressed(clocks: Iterable[Deadline], whom: str) -> list[Deadline]:
    """Those of ``clocks`` whose bureau is meant by ``whom``."""
    if whom == ALL:
        return list(clocks)
    return [row for row in clocks if _is_helping(row) == (whom == HELPING)]


def _is_helping(clock: Deadline) -> bool:
    share = clock.assignment
    return clock.kind == DeadlineKind.OPINION or (share is not None and share.role == Assignment.Role.CO_HANDLER)


def words_of(clocks: Sequence[Deadline]) -> str:
    """What is owed by whom since when, in one line."""
    lines = [
        OwedLine(row.bureau.short_name, row.get_kind_display(), row.due_on, row.is_provisional)
        for row in clocks
        if row.bureau
    ]
    return owed_in_words(lines, today())


@transaction.atomic
def urge(actor: User, *, proposal: Proposal, text: str, key: str, whom: str = ALL) -> Urging:
    """Urge the bureaus that owe something in ``proposal``; the same ``key`` a second time gives the first urging.

    ``text`` may hold placeholders (``urging_text``). Raises InvalidInput (text, whom), WrongStage where nobody owes, or
    when the form of ``key`` has urged with other words already.
    """
    locked = lock_proposal(proposal.pk, rows=case_with_session)
    post = insist(may_urge(fresh(actor)))
    if not key or len(key) > KEY_MAX:
        raise InvalidInput({"": "表单已失效，请重新打开后再催办。"})
    done = Urging.objects.filter(proposal=locked, key=key).first()
    clocks = addressed(owed_clocks([locked.pk]), checked_whom(whom))
    if not clocks and done is None:
        raise WrongStage(_why_nobody(locked))
    text = filled(checked_text(text), _values(locked, clocks))
    if done is not None:
        if clocks and text != done.text:
            raise StateChanged(f"这张表单已经发出{done}，改过的文字没有再发。要再催办一次，请重新打开催办页面。")
        return done
    bureaus = list({row.bureau_id: row.bureau for row in clocks if row.bureau}.values())
    row = _enter(actor, locked, post, text, key, "、".join(bureau.short_name for bureau in bureaus))
    row.bureaus.set(bureaus)
    words = f"催办（{row}）：{row.addressed}"
    data = {"urging": row.pk, "bureaus": [bureau.pk for bureau in bureaus]}
    record_event(actor, proposal=locked, kind="urge", post=post, text=words, data=data, clocks_moved=False)
    told = say("urged", locked, printed=row, words=words_of(clocks))
    people = staff_of([bureau.pk for bureau in bureaus])
    notify(people, text=told, link=reverse("urging-detail", args=[row.pk]), but=actor)
    return row


def urge_many(actor: User, *, proposals: Iterable[Proposal], text: str, key: str, whom: str = ALL) -> list[Outcome]:
    """Urge in each case, each in a transaction of its own: one refusal leaves the others done. Raises InvalidInput
    before the first one, NotAllowed for whoever may not urge at all."""
    insist(may_urge(actor))
    checked_text(text)
    checked_whom(whom)
    done = []
    for proposal in proposals:
        try:
            done.append(Outcome(proposal, urge(actor, proposal=proposal, text=text, key=key, whom=whom)))
        except PortalError as refusal:
            done.append(Outcome(proposal, refusal=refusal.message))
    return done


def checked_text(text: str) -> str:
    """The cleaned text. Raises InvalidInput (text) for an empty one and for placeholders nobody can fill in."""
    text = demand_text(text, field="text", most=TEXT_MAX, missing="请写明催办的内容。")
    faults = faults_of(text)
    if faults:
        raise InvalidInput({"text": faults})
    return text


def checked_whom(whom: str) -> str:
    """``whom`` if there is such a choice. Raises InvalidInput (whom)."""
    if whom not in dict(WHOM):
        raise InvalidInput({"whom": "请选择催办哪些单位。"})
    return whom


def _values(proposal: Proposal, clocks: Sequence[Deadline]) -> dict[str, str]:
    names = dict.fromkeys(row.bureau.short_name for row in clocks if row.bureau)
    return {
        "届次": proposal.session.name,
        "提案号": proposal.label,
        "案由": proposal.title,
        "单位": "、".join(names),
        "事项": words_of(clocks),
        "日期": long_date(today()),
    }


def _why_nobody(proposal: Proposal) -> str:
    if proposal.state == ProposalState.SUSPENDED:
        return "提案已中止办理，期限停止计算，恢复办理后再催办。"
    return "没有单位欠办签收、答复、会办意见或重新办理，也没有超期的事项，不用催办。"


def _enter(actor: User, proposal: Proposal, post: Post, text: str, key: str, addressed: str) -> Urging:
    """The row with the next number of the year. The office's row is locked, so two people urging at once get
    consecutive numbers, and what is rolled back leaves no gap."""
    office = Bureau.objects.select_for_update(no_key=True).filter(kind=Bureau.Kind.SUPERVISION).order_by("pk").first()
    year = today().year
    last = Urging.objects.filter(year=year).aggregate(top=Max("serial"))["top"] or 0
    word = f"{(office.document_word if office else '') or '督'}催"
    return Urging.objects.create(
        proposal=proposal,
        addressed=addressed[:300],
        word=word,
        year=year,
        serial=last + 1,
        text=text,
        key=key,
        urged_by=actor,
        post=post,
        urged_at=now(),
    )
