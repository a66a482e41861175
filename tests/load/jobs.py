"""What is measured: pages, filters, search, steps, statistics, the scan. Missing pages are told with their reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.test import Client
from django.urls import NoReverseMatch, reverse

from panjin_portal.lib.clock import today
from proposals.filters import ProposalFilter
from proposals.models import Assignment, Deadline, ResultClass, Role
from proposals.reminders import due_reminders, plan_of
from proposals.services.calendar import load_calendar
from proposals.services.reminding import remind
from replies.demo.stages import Stage
from replies.models import Reply
from tests.load.measure import Aim, Call, Job
from tests.load.moulds import Kind
from tests.load.town import Cases, Town
from tests.load.words import COMMON, RARE, SECOND

LIST, CASE, PUBLIC = Aim(25, 40), Aim(35, 35), Aim(15, 15)
SEARCH, STEP, SCAN, STATISTICS = Aim(40, 80), Aim(15, 15), Aim(7, 30), Aim(60, 200)
DEEP = 200


def pages(town: Town) -> Iterator[Job]:
    """Everything one looks at."""
    staff, nobody = town.client(town.office_staff), town.client(None)
    floor = town.client(town.office_staff)
    yield _get("底线：登录后的空白页", floor, reverse("bench-floor"))
    yield _get("我的待办（最大单位经办人）", town.client(town.holder(Role.CLERK)), reverse("work"), LIST)
    yield _get("我的待办（督查室）", staff, reverse("work"), LIST)
    yield _get("我的待办（提案委）", town.client(town.committee_staff), reverse("work"), LIST)
    yield _get("我的待办（委员）", town.client(town.member.user), reverse("work"), LIST)
    yield from _lists(town, staff)
    for name, user in (("督查室", town.office_staff), ("经办人", town.holder(Role.CLERK))):
        yield _get(f"一件提案：概况（{name}）", town.client(user), _case(town.running_case), CASE)
    for tab in ("handling", "reply", "record"):
        address = f"{_case(town.running_case)}?tab={tab}"
        yield _get(f"一件提案：{TABS[tab]}（督查室）", staff, address, CASE)
    for tab in ("overview", "reply", "record"):
        yield _get(f"最长的一件：{TABS[tab]}（督查室）", staff, f"{_case(town.big_case)}?tab={tab}", CASE)
    public = reverse("public-list")
    yield _get("公开列表", nobody, public, PUBLIC)
    yield _get("公开列表：一年", nobody, reverse("public-year", args=[today().year]), PUBLIC)
    yield _get("公开页面", nobody, reverse("public-page", args=[town.published.index_number]), PUBLIC)
    yield from _boards(town, staff)
    yield from _searches(staff, nobody)
    clerk = town.client(town.holder(Role.CLERK))
    yield _get("检索提案：常见词（经办人）", clerk, _list({"q": COMMON}), SEARCH)
    try:
        statistics = reverse("statistics")
    except NoReverseMatch:
        yield Job("统计", missing="还没有统计页面")
    else:
        yield _get("统计（督查室）", staff, statistics, STATISTICS)
    plan = plan_of(today(), load_calendar())
    Deadline.objects.exclude(spoken_mark=0).update(spoken_mark=0)  # as in the morning
    yield Job("到期扫描（当天第一次）", lambda run: due_reminders(plan))
    remind()
    yield Job("到期扫描", lambda run: due_reminders(plan), SCAN)
    yield Job("一轮到期提醒（都已提醒过）", lambda run: remind())


TABS = {"overview": "概况", "handling": "承办", "reply": "答复", "record": "办理记录"}


def _lists(town: Town, staff: Client) -> Iterator[Job]:
    bureau = str(town.biggest.bureau.pk)
    latest = max(town.city.sessions)
    filters: list[tuple[str, dict[str, str]]] = [
        ("第一页", {}),
        ("办理中", {"state": "assigned"}),
        ("已答复", {"state": "answered"}),
        ("不予立案（督查室看不到的）", {"state": "rejected"}),
        ("已超期", {"lamp": "overdue"}),
        ("黄灯", {"lamp": "yellow"}),
        ("没有期限", {"lamp": "none"}),
        ("本届", {"session": str(town.city.sessions[latest].pk)}),
        ("首届", {"session": str(town.city.sessions[min(town.city.sessions)].pk)}),
        ("承办单位", {"bureau": bureau}),
        ("承办单位且会办", {"bureau": bureau, "role": "co_handler"}),
        ("主题大类", {"topic": "1"}),
        ("提案者姓名", {"proposer": town.member.proposer.name}),
        ("本月提交", {"submitted_from": f"{latest}-05-01", "submitted_to": f"{latest}-05-31"}),
        ("本月到期", {"due_from": f"{latest}-07-01", "due_to": f"{latest}-07-31"}),
        ("按期限", {"sort": "due"}),
        ("办理中按期限", {"state": "assigned", "sort": "due"}),
    ]
    for name, given in filters:
        yield _get(f"列表：{name}", staff, _list(given), LIST)
    for name, given in (("第一种排列", {}), ("已答复", {"state": "answered"}), ("按期限", {"sort": "due"})):
        number = DEEP
        while (key := town.key_of_page(town.office_staff, number, **given)) is None and number > 2:
            number //= 2
        if key is None:
            yield Job(f"列表：{name}，深页", missing="没有第二页")
        else:
            yield _get(f"列表：{name}，第{number}页", staff, _list({**given, "key": key}), LIST)
    clerk = town.client(town.holder(Role.CLERK))
    yield _get("列表：第一页（经办人）", clerk, _list({}), LIST)
    yield _get("列表：按期限（经办人）", clerk, _list({"sort": "due"}), LIST)
    yield _get("列表：第一页（委员）", town.client(town.member.user), _list({}), LIST)


def _boards(town: Town, staff: Client) -> Iterator[Job]:
    clerk, board = town.client(town.holder(Role.CLERK)), reverse("board")
    yield _get("看板（督查室）", staff, board, LIST)
    yield _get("看板：按单位（督查室）", staff, f"{board}?group=bureau", LIST)
    yield _get("看板：已超期的答复", staff, f"{board}?lamp=overdue&kind=reply", LIST)
    yield _get("看板：重点提案", staff, f"{board}?key_case=yes", LIST)
    yield _get("看板（最大单位经办人）", clerk, board, LIST)
    yield _get("看板月历（督查室）", staff, reverse("board-calendar"), LIST)


def _searches(staff: Client, nobody: Client) -> Iterator[Job]:
    words = (("常见词", COMMON), ("少见词", RARE), ("两个词", f"{COMMON} {SECOND}"), ("没有的词", "鲸鲵"))
    has_public = 'name="q"' in nobody.get(reverse("public-list")).content.decode()
    for name, word in words:
        if "q" in ProposalFilter.base_filters:
            yield _get(f"检索提案：{name}", staff, _list({"q": word}), SEARCH)
        else:
            yield Job(f"检索提案：{name}", missing="列表还不能检索")
    for name, word in words:
        if has_public:
            yield _get(f"检索公开：{name}", nobody, f"{reverse('public-list')}?{urlencode({'q': word})}", SEARCH)
        else:
            yield Job(f"检索公开：{name}", missing="公开列表还不能检索")


def steps(town: Town, runs: int, only: str = "") -> Iterator[Job]:
    """Everything one does once: each run takes a case of its own, through the page's form."""
    for name, make in STEPS.items():
        if only in name:
            yield Job(name, make(town, runs), STEP, most=runs)


def _submit(town: Town, runs: int) -> Call:
    cases = town.fresh(Kind(Stage.DRAFT), runs)
    return town.visits(cases, "proposer0.contact", lambda pk: reverse("proposal-submit", args=[pk]), {})


def _register(town: Town, runs: int) -> Call:
    cases = town.fresh(Kind(Stage.SUBMITTED), runs)
    return town.visits(cases, "committee", lambda pk: reverse("proposal-review", args=[pk]), {"outcome": "register"})


def _accept(town: Town, runs: int) -> Call:
    cases = town.fresh(Kind(Stage.ASSIGNED, helpers=1), runs)
    rows = _ids(cases, Assignment.objects.filter(role="lead"))
    return town.visits(cases, "lead.clerk", lambda pk: reverse("assignment-accept", args=[rows[pk]]), {})


def _review(town: Town, runs: int) -> Call:
    cases = town.fresh(Kind(Stage.REVIEWING, helpers=0), runs)
    return _reply_step(town, cases, "lead.reviewer", "reply-review", {"round": "1"})


def _sign(town: Town, runs: int) -> Call:
    cases = town.fresh(Kind(Stage.SIGNING, helpers=1), runs)
    best = ResultClass.objects.get(scheme__name="四类", code="A")
    return _reply_step(town, cases, "lead.leader", "reply-sign", {"result_class": str(best.pk)})


def _issue(town: Town, runs: int) -> Call:
    cases = town.fresh(Kind(Stage.SIGNED, helpers=0), runs)
    return _reply_step(town, cases, "lead.clerk", "reply-issue", {})


def _reply_step(town: Town, cases: Cases, who: str, page: str, data: dict[str, str]) -> Call:
    rows = _ids(cases, Reply.objects.all())
    return town.visits(cases, who, lambda pk: reverse(page, args=[rows[pk]]), data)


STEPS: dict[str, Callable[[Town, int], Call]] = {
    "提交提案": _submit,
    "立案": _register,
    "签收": _accept,
    "核稿通过": _review,
    "签发": _sign,
    "印发": _issue,
}


def _ids(cases: Cases, rows: QuerySet[Any]) -> dict[int, int]:
    """Proposal -> key of its row."""
    return dict(rows.filter(proposal__in=[pk for _, pk in cases]).values_list("proposal_id", "pk"))


def _get(name: str, client: Client, address: str, aim: Aim | None = None) -> Job:
    return Job(name, lambda run: client.get(address), aim)


def _list(given: dict[str, str]) -> str:
    return f"{reverse('proposal-list')}?{urlencode(given)}"


def _case(pk: int) -> str:
    return reverse("proposal-detail", args=[pk])
