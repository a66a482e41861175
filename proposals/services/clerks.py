"""The named clerk of an assignment (具体经办人): hand-over to a colleague, and cover while he is away."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse

from panjin_portal.lib.clock import now, today
from proposals.errors import InvalidInput, NotAllowed, StateChanged
from proposals.models import Assignment, Bureau, LeaveCover, Post, Role, User
from proposals.permissions import BUREAU_ROLES, Decision, bureaus_of, can, find_post
from proposals.services.events import record_event, record_site_event
from proposals.services.locking import fresh, insist
from proposals.services.notice_wording import say
from proposals.services.notices import notify
from proposals.services.requests import lock_assignment
from proposals.services.spoken import speak_anew
from proposals.services.wording import demand_text, one_line

REASON_MAX = 100
LONGEST_COVER = 366


def clerks_at(bureau_ids: Iterable[int]) -> QuerySet[User]:
    """People who hold the clerk's post at one of these bureaus today."""
    held = Post.objects.held_on(today()).filter(role=Role.CLERK, bureau_id__in=list(bureau_ids))
    return User.objects.filter(pk__in=held.values("user")).order_by("display_name", "id")


@transaction.atomic
def hand_over(actor: User, *, assignment: Assignment, clerk: User, reason: str = "") -> Assignment:
    """移交经办人 to a colleague who holds the clerk's post at the same bureau. Raises InvalidInput (clerk, reason)."""
    locked, current = lock_assignment(assignment.pk, assignment.proposal_id)
    post = insist(can(fresh(actor), "hand_over", current))
    reason = one_line(demand_text(reason, field="reason", most=REASON_MAX))
    if not clerks_at([current.bureau_id]).filter(pk=clerk.pk).exists():
        raise InvalidInput({"clerk": f"请选择{current.bureau.short_name}在任的经办人。"})
    if clerk.pk == current.clerk_id:
        raise InvalidInput({"clerk": "他已经是具体经办人，请另选一位。"})
    current.clerk = clerk
    current.save(update_fields=["clerk"])
    speak_anew(current)
    words = f"{current.bureau.short_name}具体经办人改为{clerk}" + (f"：{reason}" if reason else "")
    data = {"assignment": current.pk, "clerk": clerk.pk}
    record_event(actor, proposal=locked, kind="hand_over", post=post, text=words, data=data)
    page = reverse("proposal-detail", args=[locked.pk])
    notify([clerk], text=say("handed_over", locked), link=page, but=actor)
    return current


def may_cover(user: User) -> Decision:
    """Whether ``user`` may arrange cover: anybody with a post at a handling bureau, for that bureau."""
    post = find_post(user, BUREAU_ROLES, bureau_ids=bureaus_of(user))
    return Decision(True, "", post) if post else Decision(False, "顶岗由承办单位的人员登记，您没有对应的岗位。")


def visible_covers(user: User) -> QuerySet[LeaveCover]:
    """Cover of the person's own bureaus."""
    return LeaveCover.objects.filter(bureau__in=bureaus_of(user))


@transaction.atomic
def arrange_cover(
    actor: User, *, bureau: Bureau, absent: User, substitute: User, starts_on: date, ends_on: date
) -> LeaveCover:
    """顶岗: from ``starts_on`` to ``ends_on`` the substitute is reminded in place of the absent clerk.

    Raises InvalidInput (absent, substitute, starts_on, ends_on), NotAllowed for another bureau.
    """
    insist(may_cover(fresh(actor)))
    if bureau.pk not in bureaus_of(actor):
        raise NotAllowed("只能登记本单位的顶岗。")
    Bureau.objects.select_for_update().get(pk=bureau.pk)  # two people arranging cover at once queue up
    fit = set(clerks_at([bureau.pk]).values_list("pk", flat=True))
    errors: dict[str, str] = {}
    if absent.pk not in fit:
        errors["absent"] = f"请选择{bureau.short_name}在任的经办人。"
    if substitute.pk not in fit or substitute.pk == absent.pk:
        errors["substitute"] = f"请选择{bureau.short_name}另一位在任的经办人。"
    if ends_on < starts_on:
        errors["ends_on"] = "结束日不能早于开始日。"
    elif ends_on < today():
        errors["ends_on"] = "这段时间已经过去。"
    elif (ends_on - starts_on).days > LONGEST_COVER:
        errors["ends_on"] = "一次顶岗最长一年。"
    if errors:
        raise InvalidInput(errors)
    at_the_time = LeaveCover.objects.filter(bureau=bureau, starts_on__lte=ends_on, ends_on__gte=starts_on)
    if at_the_time.filter(absent=absent).exists():
        raise InvalidInput({"starts_on": f"这段时间里{absent}已经有人顶岗。"})
    if at_the_time.filter(Q(absent=substitute) | Q(substitute=absent)).exists():
        raise InvalidInput({"substitute": "两人中有一位在这段时间里已离岗或在替对方顶岗，请另选。"})
    row = LeaveCover.objects.create(
        bureau=bureau,
        absent=absent,
        substitute=substitute,
        starts_on=starts_on,
        ends_on=ends_on,
        set_by=actor,
        set_at=now(),
    )
    record_site_event(
        actor,
        kind="arrange_cover",
        text=f"{bureau.short_name}登记顶岗，{starts_on}至{ends_on}",
        data={"cover": row.pk, "absent": absent.pk, "substitute": substitute.pk},
    )
    text = say("covering", period=f"{starts_on}至{ends_on}", person=absent)
    notify([substitute], text=text, link=reverse("cover-list"), but=actor)
    return row


@transaction.atomic
def end_cover(actor: User, *, cover: LeaveCover) -> LeaveCover:
    """End cover from today on; one that has not begun is dropped. Raises WrongStage for one that is over."""
    insist(may_cover(fresh(actor)))
    current = LeaveCover.objects.select_for_update().filter(pk=cover.pk).first()
    if current is None or current.ends_on < today():
        raise StateChanged("这次顶岗已经结束。")
    if current.bureau_id not in bureaus_of(actor):
        raise NotAllowed("只能结束本单位的顶岗。")
    words = f"{current.bureau.short_name}结束顶岗（{current.starts_on}至{current.ends_on}）"
    record_site_event(actor, kind="end_cover", text=words, data={"cover": current.pk})
    if current.starts_on >= today():
        current.delete()
    else:
        current.ends_on = date.fromordinal(today().toordinal() - 1)
        current.save(update_fields=["ends_on"])
    return current
