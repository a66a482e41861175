"""What a book prints of a case: merged cases, text and number of each edition, and the order of cases and chapters."""

from __future__ import annotations

import pytest

from proposals.models import Assignment, Bureau, Proposal, Session
from replies.documents.book.structure import ABSTRACTS, REPLIES, Book, BookDataError, Entry, entries_of, proposer_index
from replies.models import Publication, Reply
from replies.permissions import visible_replies
from replies.services.books import Wanted, book_of
from replies.services.bundling import ask_for_bundle
from replies.workflow import ReplyState
from tests.factories import Case, Stage, case_in
from tests.replies.cases import accepted_case
from tests.world import World


def printed(
    world: World, kind: str = ABSTRACTS, by: str = "number", **more: bool
) -> tuple[Book, list[tuple[str, str]]]:
    """The book of all cases there are, as the committee asks for it."""
    sessions = list(Session.objects.filter(proposals__isnull=False).distinct())
    session = sessions[0] if len(sessions) == 1 else None
    return book_of(Proposal.objects.all(), visible_replies(world.committee_staff), Wanted(kind, by, session, **more))


def numbers(book: Book) -> list[str]:
    return [entry.number for entry in entries_of(book)]


def later_session(world: World) -> Session:
    """九届三次会议, with the rules of the first."""
    row = Session.objects.get(pk=world.session.pk)
    row.pk, row.number, row.is_open = None, 3, False
    row._state.adding = True
    row.save()
    return row


@pytest.fixture
def published(world: World) -> Case:
    """A published case with two merged ones, 第801号 of a party and 第1802号 of a member."""
    case = case_in(world, Stage.PUBLISHED)
    for value, proposer in (("801", world.minjian), ("1802", world.member)):
        row = accepted_case(world, value=value, proposers=(proposer,)).proposal
        Proposal.objects.filter(pk=row.pk).update(
            state="merged",
            merged_into=case.proposal,
            title=f"关于第{value}件事的提案",
            background="只有提案者知道的事。",
        )
    return case


def main_entry(world: World, *, is_public: bool = False) -> tuple[Entry, list[str]]:
    book, _ = printed(world, REPLIES, is_public=is_public)
    (entry,) = entries_of(book)
    return entry, [name for name, _ in proposer_index(book)]


def test_a_merged_case_that_may_not_be_public_is_in_no_public_edition(world: World, published: Case) -> None:
    Proposal.objects.filter(number="1802").update(publicity_consent=False, publicity_reason="涉及个案")
    entry, index = main_entry(world, is_public=True)
    assert len(entry.merged) == 1
    assert entry.merged[0].startswith("第801号《关于第801件事的提案》（")
    assert entry.joined == (world.minjian.name,)
    assert world.member.name not in {*index} - {*entry.proposers}


def test_an_internal_edition_marks_the_merged_case_that_may_not_be_public(world: World, published: Case) -> None:
    Proposal.objects.filter(number="1802").update(publicity_consent=False, publicity_reason="涉及个案")
    entry, index = main_entry(world)
    assert [line.count("（不予公开）") for line in entry.merged] == [0, 1]
    assert entry.merged[1] == f"第1802号《关于第1802件事的提案》（不予公开）（{world.member.name}）"
    assert world.member.name in index


def test_a_public_edition_has_nothing_of_the_proposal_but_what_names_it(world: World, published: Case) -> None:
    Proposal.objects.filter(pk=published.proposal.pk).update(
        background="走访。", analysis="查多。", suggestions="少查。"
    )
    inside, _ = main_entry(world)
    assert [part.heading for part in inside.parts] == ["背景情况", "问题分析", "具体建议"]
    outside, _ = main_entry(world, is_public=True)
    assert outside.parts == ()
    assert (outside.title, outside.number, outside.proposers) == (inside.title, inside.number, inside.proposers)
    assert (outside.topic, outside.bureaus) == (inside.topic, inside.bureaus)
    assert outside.answers[0].title == (Publication.objects.get(proposal=published.proposal).letter or {})["title"]


@pytest.mark.parametrize("by", ["topic", "bureau"])
def test_a_book_of_several_sessions_says_of_which_a_case_is(world: World, by: str) -> None:
    first = accepted_case(world, value="001").proposal
    Proposal.objects.filter(pk=first.pk).update(session=later_session(world))
    accepted_case(world, value="001")
    book, _ = printed(world, by=by)
    assert sorted(numbers(book)) == ["九届一次会议第001号", "九届三次会议第001号"]


def test_by_number_the_chapters_are_the_sessions(world: World) -> None:
    first = accepted_case(world, value="001").proposal
    Proposal.objects.filter(pk=first.pk).update(session=later_session(world))
    accepted_case(world, value="001")
    book, _ = printed(world)
    assert [chapter.title for chapter in book.chapters] == ["九届一次会议提案", "九届三次会议提案"]
    assert numbers(book) == ["第001号", "第001号"]
    assert f"{book.subject}{book.title}" == "市政协多次会议提案摘要汇编"


def test_a_book_of_one_session_says_it_on_the_cover_alone(world: World) -> None:
    accepted_case(world, value="001")
    book, _ = printed(world, by="topic")
    assert numbers(book) == ["第001号"]
    assert book.subject == "市政协九届一次会议"


def test_numbers_are_in_the_order_of_counting(world: World) -> None:
    for value in ("1005", "206", "015"):
        accepted_case(world, value=value)
    book, _ = printed(world)
    assert numbers(book) == ["第015号", "第206号", "第1005号"]


def test_chapters_by_bureau_are_in_their_own_order(world: World) -> None:
    one, other = (accepted_case(world, value=value).proposal for value in ("001", "002"))
    one.suggested_bureaus.add(world.sfj)
    other.suggested_bureaus.add(world.gaj)
    for order in ([world.sfj, world.gaj], [world.gaj, world.sfj]):
        for position, bureau in enumerate(order, start=1):
            Bureau.objects.filter(pk=bureau.pk).update(position=position)
        book, _ = printed(world, by="bureau")
        assert [chapter.title for chapter in book.chapters] == [bureau.name for bureau in order]


def test_answered_cases_stand_by_the_order_of_their_leads(world: World, replies: list[Reply]) -> None:
    Reply.objects.filter(pk__in=[reply.pk for reply in replies]).update(state=ReplyState.ISSUED)
    Assignment.objects.filter(proposal=replies[0].proposal, bureau=world.gaj).delete()
    Assignment.objects.filter(proposal=replies[0].proposal).update(bureau=world.gaj)
    for order in ([world.sfj, world.gaj], [world.gaj, world.sfj]):
        for position, bureau in enumerate(order, start=1):
            Bureau.objects.filter(pk=bureau.pk).update(position=position)
        book, _ = printed(world, REPLIES, "bureau")
        assert [chapter.title for chapter in book.chapters] == [bureau.name for bureau in order]


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ("rejected", "不予立案"),
        ("withdrawn", "已撤案"),
        ("suggestion", "转为意见建议"),
        ("public_opinion", "转社情民意"),
        ("submitted", "还没有提案号"),
    ],
)
def test_what_is_no_case_is_left_out_by_the_name_of_its_state(world: World, state: str, reason: str) -> None:
    row = accepted_case(world, value="099").proposal
    Proposal.objects.filter(pk=row.pk).update(state=state)
    with pytest.raises(BookDataError) as refused:
        printed(world)
    assert refused.value.message.endswith(f"：{reason}。")


def test_a_batch_is_named_by_sessions_and_arrangement(world: World) -> None:
    def title(key: str) -> str:
        cases = Proposal.objects.values_list("pk", flat=True)
        actor = world.committee_staff
        return ask_for_bundle(actor, kind="abstracts", formats=["pdf"], cases=cases, key=key, grouping="bureau").title

    first = accepted_case(world, value="001").proposal
    assert title("one") == "九届一次会议提案摘要汇编（按承办单位，1件，PDF）"
    accepted_case(world, value="002")
    Proposal.objects.filter(pk=first.pk).update(session=later_session(world))
    assert title("several") == "九届一次会议等2次会议提案摘要汇编（按承办单位，2件，PDF）"
