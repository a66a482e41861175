"""Pages of the awards for the committee, and the page of one award for everybody it concerns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from panjin_portal.lib.sheets import Column
from proposals.errors import InvalidInput, NotAllowed
from proposals.models import User
from proposals.services.locking import insist
from proposals.views.forms_help import add_service_errors, sent, status_of
from replies.forms.awards import DecideForm, JudgesForm, OpenForm
from replies.models import Award, AwardRule, Nomination
from replies.permissions_awards import (
    can,
    can_open,
    can_see_awards,
    reads_reason,
    sees_all,
    visible_awards,
    visible_nominations,
)
from replies.services import award_results, awards
from replies.services.award_results import with_counts
from replies.views.lookups import person
from replies.views.sheet_answers import send_sheet
from replies.workflow_awards import AWARD, AwardState

TONES = {AwardState.NOMINATING: "info", AwardState.JUDGING: "info", AwardState.DECIDED: "warn"}
PAGES = {
    "nominate": "award-nominate",
    "name_judges": "award-judges",
    "start_judging": "award-start",
    "cast_ballot": "award-ballot",
    "decide_award": "award-decide",
    "release_award": "award-release",
}


@login_required
@require_safe
def award_list(request: HttpRequest) -> HttpResponse:
    """The awards the person may know of, the newest session first."""
    user = person(request)
    decision = can_see_awards(user)
    if not decision:
        raise NotAllowed(decision.reason)
    found = [(award, TONES.get(AwardState(award.state), "good")) for award in visible_awards(user)]
    return render(request, "replies/awards/list.html", {"awards": found, "may_open": bool(can_open(user))})


@login_required
@require_safe
def award_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """State, days, what is to be done, and the candidates as far as they are for the person to read."""
    user = person(request)
    award = find_award(user, pk)
    counts = sees_all(user)
    found = visible_nominations(user, award)
    found = with_counts(found, award) if counts else found.order_by("-is_winner", "id")
    context = {
        "award": award,
        "tone": TONES.get(AwardState(award.state), "good"),
        "actions": actions_of(user, award),
        "rows": [(row, reads_reason(user, award, row)) for row in found],
        "counts": counts,
        "by_votes": award.method == AwardRule.Method.VOTES,
        "judges": list(award.judges.select_related("user")) if counts else [],
        "crumbs": crumbs_of(award),
    }
    return render(request, "replies/awards/detail.html", context)


def actions_of(user: User, award: Award) -> list[dict[str, object]]:
    """Buttons for what is this person's to do now; a day that has passed is told beside the button."""
    found: list[dict[str, object]] = []
    for row in AWARD.leaving(award.state):
        if row.action not in PAGES:
            continue
        decision = can(user, row.action, award)
        if decision or decision.post is not None:
            url = reverse(PAGES[row.action], args=[award.pk])
            is_main = not any(one["primary"] for one in found) and bool(decision)
            found.append(
                {
                    "label": row.label,
                    "url": url,
                    "allowed": bool(decision),
                    "reason": decision.reason,
                    "primary": is_main,
                }
            )
    return found


@login_required
@require_http_methods(["GET", "POST"])
def award_open(request: HttpRequest) -> HttpResponse:
    """Start an award of a session."""
    user = person(request)
    insist(can_open(user))
    form = OpenForm(sent(request))
    if form.is_valid():
        try:
            award = awards.open_award(user, **form.cleaned_data)
        except InvalidInput as error:
            add_service_errors(form, error)
        else:
            messages.success(request, f"{award}已开始，可以推荐的人会收到通知。")
            return redirect("award-detail", pk=award.pk)
    return ask(request, None, "open_award", "开始评选", form)


@login_required
@require_http_methods(["GET", "POST"])
def award_judges(request: HttpRequest, pk: int) -> HttpResponse:
    """Name the judges."""
    user = person(request)
    award = find_award(user, pk)
    insist(can(user, "name_judges", award))
    names = "\n".join(award.judges.select_related("user").values_list("user__display_name", flat=True))
    form = JudgesForm(sent(request), initial={"judges": names})

    def do() -> str:
        found = awards.name_judges(user, award=award, people=form.cleaned_data["judges"])
        return f"已确定评委 {len(found)} 位。"

    return step(request, award, "name_judges", form, do)


@login_required
@require_http_methods(["GET", "POST"])
def award_start(request: HttpRequest, pk: int) -> HttpResponse:
    """End the nominations and ask the judges."""
    user = person(request)
    award = find_award(user, pk)
    insist(can(user, "start_judging", award))

    def do() -> str:
        awards.start_judging(user, award=award)
        return "评议已开始，评委会收到通知。"

    return step(request, award, "start_judging", forms.Form(sent(request)), do)


@login_required
@require_http_methods(["GET", "POST"])
def award_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Tick the winners in a list with the counts."""
    user = person(request)
    award = find_award(user, pk)
    insist(can(user, "decide_award", award))
    rows = with_counts(visible_nominations(user, award), award)
    form = DecideForm(sent(request), choices=[(row.pk, f"{row}：{count_of(award, row)}") for row in rows])

    def do() -> str:
        award_results.decide_award(user, award=award, **form.cleaned_data)
        return "名单已审定，入选的会收到通知。"

    return step(request, award, "decide_award", form, do)


@login_required
@require_http_methods(["GET", "POST"])
def award_release(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the names on the public page."""
    user = person(request)
    award = find_award(user, pk)
    insist(can(user, "release_award", award))

    def do() -> str:
        award_results.release_award(user, award=award)
        return "名单已向社会公布。"

    return step(request, award, "release_award", forms.Form(sent(request)), do)


@login_required
@require_safe
def award_export(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The candidates the person may read as a sheet; with counts for the committee."""
    user = person(request)
    award = find_award(user, pk)
    columns: list[Column[Any]] = [
        Column("candidate", "推荐对象", str, 60),
        Column("winner", "入选", lambda row: "入选" if row.is_winner else "", 8),
        Column("reason", "推荐理由", lambda row: row.reason if reads_reason(user, award, row) else "", 60),
    ]
    rows = visible_nominations(user, award)
    if sees_all(user):
        rows = with_counts(rows, award)
        columns += [
            Column("by", "推荐人", lambda row: row.nominated_by.display_name, 14),
            Column("said", "评议人数", lambda row: row.said, 10),
            Column("count", "结果", lambda row: count_of(award, row), 20),
        ]
    return send_sheet(request, title=str(award), columns=columns, rows=rows)


def count_of(award: Award, row: Any) -> str:
    """How a candidate was judged, in words; ``row`` as ``with_counts`` gives it."""
    if award.method == AwardRule.Method.VOTES:
        return f"{row.yes} 票（{row.said} 人投票）"
    return f"平均 {row.mean:.1f} 分（{row.said} 人打分）" if row.said else "还没有人打分"


def find_award(user: User, pk: int) -> Award:
    """The award, or 404 for whoever may not know of it."""
    return get_object_or_404(visible_awards(user), pk=pk)


def step(request: HttpRequest, award: Award, action: str, form: forms.Form, do: Callable[[], str]) -> HttpResponse:
    """Ask, or do what was asked for and go back to the award with the sentence ``do`` gives."""
    if form.is_valid():
        try:
            told = do()
        except InvalidInput as error:
            add_service_errors(form, error)
        else:
            messages.success(request, told)
            return redirect("award-detail", pk=award.pk)
    return ask(request, award, action, f"{AWARD.get(action).label}：{award}", form)


def ask(request: HttpRequest, award: Award | None, action: str, title: str, form: forms.Form) -> HttpResponse:
    """The page that says what a step will do, with its form."""
    row = AWARD.get(action)
    context = {
        "title": title,
        "effects": [row.consequence],
        "form": form,
        "action_label": row.label,
        "cancel_url": reverse("award-detail", args=[award.pk]) if award else reverse("award-list"),
        "danger": action in {"decide_award", "release_award"},
        "crumbs": [*crumbs_of(award), {"label": row.label, "url": ""}],
    }
    return render(request, "base/confirm_page.html", context, status=status_of(form))


def crumbs_of(award: Award | None) -> list[dict[str, str]]:
    """The way to the page of ``award``."""
    first = {"label": "评选", "url": reverse("award-list")}
    return [first, {"label": str(award), "url": reverse("award-detail", args=[award.pk])}] if award else [first]


def visible_candidates(user: User, award: Award) -> list[Nomination]:
    """The candidates as a ballot lists them: in the order they came in, which favours nobody by count."""
    return list(visible_nominations(user, award).order_by("id"))
