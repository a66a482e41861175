"""Every kept statement says what its queryset says, on the database the tests run on.

A case is carried through its whole life, and each call of a kept statement on the way is held against Django's own: the
same text and values on another day too (a build that asks the clock would keep its first answer), the same rows, and of
an UPDATE the same table afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse

from panjin_portal.lib import clock
from panjin_portal.lib.kept import Kept, KeptUpdate, Keys
from proposals.errors import WrongStage
from proposals.models import Bureau, Post, Proposal, ResultClass, Role
from proposals.services.attachments import add_attachments
from proposals.services.locking import case_alone, lock_proposal
from proposals.services.numbering import next_number
from proposals.views.access import find_assignment, find_attachment, find_deadline, find_proposal
from replies.models import AwardRule, ChecklistItem, CountersignChange, HandlingRule
from replies.services.archiving import archive_case
from replies.services.awards import Candidate, name_judges, nominate, open_award, start_judging
from replies.services.checklist import active_items
from replies.services.issuing import issue_reply
from replies.services.reference import seed_awards
from replies.services.rendering import queue_letter, render_document
from replies.views.casefile.tabs import TABS
from replies.views.lookups import reply_to_act_on, visible_assignment, visible_reply
from tests.factories import Case, Stage, case_in, cast_of
from tests.permissions.honours import FAR_AWAY
from tests.permissions.signing import open_to_signing
from tests.replies.cases import quick_pdf
from tests.world import World

TEXT = SimpleUploadedFile("附件.txt", "附件里的文字。".encode())
READERS = ("admin", "committee_staff", "office_staff", "sfj_clerk", "sfj_leader", "gaj_leader", "minjian_contact")
STRANGERS = ("member_user", "nobody")
ANOTHER_DAY = timedelta(days=400)


class Held:
    """Stands between every call and its statement; ``rows``: how many each has read or written."""

    def __init__(self) -> None:
        self.rows: dict[str, int] = {}

    def count(self, name: str, found: int) -> None:
        self.rows[name] = self.rows.get(name, 0) + found


def plain(row: Any) -> Any:
    """A row with everything that was read along, comparable."""
    if not isinstance(row, Model):
        return row
    columns = {name: value for name, value in vars(row).items() if name != "_state"}
    beside = {name: plain(value) for name, value in row._state.fields_cache.items()}
    return type(row), columns, beside, row._state.adding, row._state.db


def table(model: type[Model]) -> list[tuple[Any, ...]]:
    return list(model._default_manager.order_by("pk").values_list())


@contextmanager
def then_undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Held:
    told = Held()
    read, wrote = Kept.__call__, KeptUpdate.__call__

    def reading(self: Kept[..., Any], *args: Any) -> list[Any]:
        found = read(self, *args)
        told.count(self.name, len(found))
        with clock.at(clock.now() + ANOTHER_DAY):
            queryset = self.queryset(*args)
            if found:  # what can fit no row has no text
                sql, values = queryset.query.get_compiler("default").as_sql()
                statement = self.statement(*args)
                assert (sql, list(values)) == (statement.sql, statement.params(args)), self.name
                assert list(map(type, values)) == list(map(type, statement.params(args))), self.name
        # Rows that are alike in what they are ordered by come as the plan has it; the order itself is in the text.
        assert sorted(repr(plain(row)) for row in found) == sorted(repr(plain(row)) for row in queryset), self.name
        return found

    def writing(self: KeptUpdate[...], *args: Any) -> int:
        statement = self.statement(*args)
        sql, values = self.made(*args)
        assert (sql, list(values)) == (statement.sql, statement.params(args)), self.name
        with then_undone():
            queryset, columns = self.parts(*args)
            changed = queryset.update(**columns)
            expected = table(queryset.model)
        assert wrote(self, *args) == changed, self.name
        assert table(queryset.model) == expected, self.name
        told.count(self.name, changed)
        return changed

    monkeypatch.setattr(Kept, "__call__", reading)
    monkeypatch.setattr(KeptUpdate, "__call__", writing)
    return told


def look_at(case: Case, world: World) -> Case:
    """Everybody asks for everything of a case, to look at it and to send a form; strangers find nothing. Gives a draft
    with a file."""
    draft = case_in(world, Stage.DRAFT)
    (file,) = add_attachments(draft.cast.filer, proposal=draft.proposal, files=[TEXT])
    asked: list[tuple[Callable[[HttpRequest, int], object], int]] = [
        (find_proposal, case.proposal.pk),
        (find_assignment, case.assignments[0].pk),
        (find_deadline, case.proposal.deadlines.all()[0].pk),
        (find_attachment, file.pk),
        (visible_assignment, case.assignments[1].pk),
        (visible_reply, case.reply.pk),
        (reply_to_act_on, case.reply.pk),
    ]
    for name in (*READERS, *STRANGERS):
        for method, (find, pk) in product(("GET", "POST"), asked):
            request = RequestFactory().generic(method, "/")
            request.user = getattr(world, name)
            with suppress(Http404):
                find(request, pk)
                assert name not in STRANGERS, find
    return draft


def give_seldom_work(world: World, main: Case) -> None:
    """A member asked to sign a draft, a case merged into ``main``, whose answer is rated for both, an award."""
    own, merged = (case_in(world, Stage.DRAFT, cast=replace(cast_of(world), filer=world.minjian_contact)) for _ in "12")
    open_to_signing(world, own.proposal, "请联名")
    Proposal.objects.filter(pk=merged.proposal.pk).update(state="merged", merged_into=main.proposal)
    seed_awards()
    rule = AwardRule.objects.get(subject="bureau")
    award = open_award(
        world.committee_staff, session=world.session, rule=rule, seats=1, nominate_until=FAR_AWAY, judge_until=FAR_AWAY
    )
    nominate(world.office_staff, award=award, candidate=Candidate(bureau=world.sfj), reason="办得好")
    name_judges(world.committee_staff, award=award, people=[world.office_staff])
    start_judging(world.committee_staff, award=award)


def open_pages(world: World, client: Client, draft: Case) -> None:
    """Everybody's landing page, list, board and figures, and every tab of cases in the stages that have most to say."""
    stages = (Stage.ASSIGNED, Stage.REVIEWING, Stage.COUNTERSIGNING, Stage.ISSUED, Stage.RELEASING)
    cases = [draft, *(case_in(world, stage) for stage in stages)]
    reply = cases[3].reply
    CountersignChange.objects.create(
        reply=reply, step=reply.clearance_steps.all()[0], section=reply.sections.all()[0], place="一、", body="改过。"
    )
    give_seldom_work(world, main=cases[4])
    pages = [reverse(name) for name in ("work", "proposal-list", "board", "statistics")]
    pages += [f"{reverse('proposal-detail', args=[case.proposal.pk])}?tab={tab}" for case in cases for tab in TABS]
    for name in (*READERS, "member_user"):
        client.force_login(getattr(world, name))
        for page in pages:
            assert client.get(page).status_code in {200, 403, 404}, page


def test_every_kept_statement_says_what_its_queryset_says(
    world: World, held: Held, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("replies.services.rendering.render_in_process", quick_pdf)
    main_leader = Post.objects.get(user=world.sfj_leader, role=Role.LEADER)
    Post.objects.filter(pk=main_leader.pk).update(is_main_leader=True)
    Bureau.objects.filter(pk=world.gaj.pk).update(short_name="市公安局")
    case = case_in(world, Stage.SIGNING)
    ChecklistItem.objects.create(name="事实", question="数字核对过吗？", position=1)
    assert active_items()
    HandlingRule.objects.create(session=world.session)
    client.force_login(world.sfj_leader)
    best = ResultClass.objects.get(scheme=world.session.result_scheme, code="A")
    sent = client.post(reverse("reply-sign", args=[case.reply.pk]), {"result_class": best.pk, "round": 1})
    assert sent.status_code == 302, sent.content.decode()
    with transaction.atomic():
        queue_letter(case.reply)  # a second time finds the row of the first
    render_document(case.reply.documents.get().pk)
    issue_reply(world.sfj_clerk, reply=case.reply)
    with pytest.raises(WrongStage):
        archive_case(world.office_staff, proposal=case.proposal)
    with transaction.atomic():
        taken = next_number(world.session.pk, "session")
        Proposal.objects.filter(pk=case.proposal.pk).update(number=taken.printed)
        assert next_number(world.session.pk, "session").value == taken.value + 1
    draft = look_at(case, world)
    open_pages(world, client, draft)
    names = [one.name for one in Kept.every] + [one.name for one in KeptUpdate.every]
    never = {name for name in names if not held.rows.get(name)}
    assert not never, sorted(never)


def test_a_kept_statement_that_locks_needs_a_transaction(world: World, transactional_db: None) -> None:
    assert connection.get_autocommit()
    with pytest.raises((RuntimeError, transaction.TransactionManagementError)):
        lock_proposal(1)
    with pytest.raises(transaction.TransactionManagementError):
        case_alone.get(1)


def test_a_row_that_is_not_there_is_told_as_by_django(world: World) -> None:
    with pytest.raises(Proposal.DoesNotExist):
        case_alone.get(999_999)


def test_what_hangs_on_an_argument_otherwise_than_by_its_value_is_not_kept(world: World) -> None:
    odd = Kept(lambda word: Bureau.objects.filter(name__contains=word))
    by_size = Kept(lambda top: Bureau.objects.filter(pk__lte=top + 1))
    try:
        for statement, value in ((odd, "局"), (by_size, 3)):
            with pytest.raises(ValueError, match="argument"):
                statement(value)
        with pytest.raises(TypeError):
            by_size(1.5)
    finally:
        Kept.every.remove(odd)
        Kept.every.remove(by_size)


@pytest.mark.parametrize(("given", "size"), [(0, 0), (1, 16), (16, 16), (17, 32), (1_024, 1_024), (1_025, 1_025)])
def test_keys_of_any_number_come_in_few_lengths(given: int, size: int) -> None:
    numbers = range(1, given + 1)
    keys = Keys.of([*numbers, *numbers])
    assert (len(keys), len(set(keys))) == (size, size)
    assert list(keys[:given]) == list(numbers)
    assert all(key < 0 for key in keys[given:])


def test_one_statement_reads_lists_of_several_lengths(world: World) -> None:
    def named(bureaus: QuerySet[Bureau]) -> QuerySet[Bureau, Any]:
        return bureaus.order_by("pk").values_list("pk", "name", named=True)

    among = Kept(lambda keys: named(Bureau.objects.filter(pk__in=keys)))
    try:
        rows = list(named(Bureau.objects.all()))
        keys = [row.pk for row in rows]
        assert among(Keys.of(keys)) == rows
        assert among(Keys.of(keys[:1])) == rows[:1]
        assert among(Keys.of(keys[:1]))[0].name == rows[0].name
        assert among(Keys.of([*keys, *range(10_000, 11_100)])) == rows
        assert among(Keys.of([])) == []
        assert len(among._kept) == 1
    finally:
        Kept.every.remove(among)


def test_a_number_no_column_holds_does_not_spoil_the_statement_for_others(world: World) -> None:
    named = Kept(lambda pk: Bureau.objects.filter(pk=pk))
    nobody = Kept(lambda pk: Bureau.objects.none().filter(pk=pk))
    try:
        assert named(10**20) == []
        assert named(world.sfj.pk) == [world.sfj]
        assert nobody(world.sfj.pk) == nobody(world.sfj.pk) == []
        assert len(nobody._fit_nothing) == 1
    finally:
        Kept.every.remove(named)
        Kept.every.remove(nobody)


def test_no_row_is_found_where_none_can_fit(world: World) -> None:
    among = Kept(lambda keys: Bureau.objects.filter(pk__in=keys).order_by("pk"))
    try:
        keys = tuple(Bureau.objects.order_by("pk").values_list("pk", flat=True))
        assert among(()) == []
        assert [row.pk for row in among(keys[:2])] == list(keys[:2])
        assert [row.pk for row in among(keys * 9)] == list(keys)
    finally:
        Kept.every.remove(among)
