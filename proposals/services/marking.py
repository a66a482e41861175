"""重点提案 and 优秀提案: setting and lifting the marks (DOMAIN 1.13)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Q
from django.urls import reverse

from panjin_portal.lib.clock import now
from proposals.errors import InvalidInput, StateChanged
from proposals.models import Mark, Proposal, SupervisionForm, User
from proposals.permissions import can
from proposals.services.events import record_event
from proposals.services.locking import fresh, insist, lock_proposal
from proposals.services.notice_wording import say
from proposals.services.notices import contacts_of, notify
from proposals.services.wording import demand_text, one_line

NAME_MAX = 60
GUIDE_PERCENT = 5  # DOMAIN 1.13: no more than 5 % of the filed ones (Liaoning)
ACTIONS = {Mark.Kind.KEY.value: "mark_key", Mark.Kind.EXCELLENT.value: "mark_excellent"}


@dataclass(frozen=True)
class KeyShare:
    """How many of the numbered proposals of a session are key proposals."""

    key: int
    filed: int

    @property
    def words(self) -> str:
        """The share beside the guide."""
        share = f"，占 {self.key / self.filed:.1%}" if self.filed else ""
        return f"本届已立案 {self.filed} 件，重点提案 {self.key} 件{share}（通常不超过 {GUIDE_PERCENT} %）。"


def key_share(session_id: int) -> KeyShare:
    """The share of key proposals in the session (one query)."""
    live = Q(marks__kind=Mark.Kind.KEY, marks__lifted_at__isnull=True)
    filed = Proposal.objects.filter(session_id=session_id).exclude(number="")
    counts = filed.aggregate(key=Count("pk", distinct=True, filter=live), filed=Count("pk", distinct=True))
    return KeyShare(counts["key"], counts["filed"])


def live_mark(proposal: Proposal, kind: str) -> Mark | None:
    """The mark of ``kind`` that stands now."""
    return proposal.marks.filter(kind=kind, lifted_at=None).select_related("form", "marked_by").first()


@transaction.atomic
def set_mark(
    actor: User,
    *,
    proposal: Proposal,
    kind: str,
    proposed_by: str = "",
    leader: str = "",
    form: SupervisionForm | None = None,
) -> Mark:
    """Put the mark on the case; a key proposal names its leader and the form of supervision. Raises InvalidInput
    (proposed_by, leader, form), WrongStage when the mark stands already."""
    locked = lock_proposal(proposal.pk)
    post = insist(can(fresh(actor), ACTIONS[kind], locked))
    if live_mark(locked, kind) is not None:
        raise StateChanged("这件提案已经有这个标记。")
    is_key = kind == Mark.Kind.KEY
    proposed_by = one_line(demand_text(proposed_by, field="proposed_by", most=NAME_MAX))
    missing = "请填写督办领导。" if is_key else ""
    leader = one_line(demand_text(leader, field="leader", most=NAME_MAX, missing=missing)) if is_key else ""
    if is_key and form is None:
        raise InvalidInput({"form": "请选择督办形式。"})
    mark = Mark.objects.create(
        proposal=locked,
        kind=kind,
        proposed_by=proposed_by,
        leader=leader,
        form=form if is_key else None,
        marked_by=actor,
        post=post,
        marked_at=now(),
    )
    text = f"列为重点提案，{leader}督办（{form}）" if is_key else "评为优秀提案"
    record_event(actor, proposal=locked, kind=ACTIONS[kind], post=post, text=text, data={"mark": mark.pk})
    page = reverse("proposal-detail", args=[locked.pk])
    notify(contacts_of(locked), text=say("marked", locked, words=text), link=page, but=actor)
    return mark


@transaction.atomic
def lift_mark(actor: User, *, proposal: Proposal, kind: str) -> Mark:
    """Take the mark off; it stays in the table. Raises WrongStage when there is none."""
    locked = lock_proposal(proposal.pk)
    post = insist(can(fresh(actor), ACTIONS[kind], locked))
    mark = live_mark(locked, kind)
    if mark is None:
        raise StateChanged("这件提案没有这个标记。")
    mark.lifted_at = now()
    mark.save(update_fields=["lifted_at"])
    text = f"取消{mark.get_kind_display()}标记"
    record_event(actor, proposal=locked, kind=ACTIONS[kind], post=post, text=text, data={"mark": mark.pk})
    return mark
