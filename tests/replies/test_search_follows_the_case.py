"""The search follows every step of a case: after each of them a rebuild finds nothing to mend."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from panjin_portal.lib.bigrams import words_of
from proposals.models import Proposal, SearchText
from proposals.permissions import answers_readable_by
from proposals.search import best_hits
from replies.demo.stages import ROUTES, Stage, Step
from replies.documents.letter import digest, to_dict
from replies.models import Publication, PublicSearchText, Reply
from replies.search import best_publications
from replies.services import rendering
from replies.services.issuing import issue_reply, revise_reply
from replies.services.rebuilding import rebuild_cases, rebuild_publications
from replies.services.release import unpublish
from replies.services.rendering import queue_letter, render_document
from tests.factories import SCRIPT, case_in
from tests.replies.cases import letter, published, quick_pdf
from tests.world import World

PUBLIC_SEARCH_QUERIES = 6


@pytest.fixture(autouse=True)
def quick_typesetter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "render_in_process", quick_pdf)


def written_by_a_rebuild() -> int:
    return sum(
        progress.written for rebuild in (rebuild_cases, rebuild_publications) for progress in list(rebuild())[-1:]
    )


BEGINNING = {Stage.CONFIRMED: Stage.IMPORTED}


@pytest.mark.parametrize("stage", [Stage.UNPUBLISHED, Stage.RETURNED, Stage.REJECTED, Stage.CONFIRMED])
def test_after_every_step_the_search_is_what_a_rebuild_would_make(world: World, stage: Stage) -> None:
    case = case_in(world, BEGINNING.get(stage, Stage.DRAFT))
    for step in ROUTES[stage][1:]:
        case.do(step)
        assert written_by_a_rebuild() == 0, step
        assert PublicSearchText.objects.exists() is (step == Step.RELEASE), step
    assert SearchText.objects.get().text


def test_an_answer_that_replaces_an_import_is_found_beside_it(world: World) -> None:
    case = case_in(world, Stage.CONFIRMED)
    draft = revise_reply(world.scj_clerk, reply=case.reply)
    text = letter(world, extra="新的答复另有说明。")
    Reply.objects.filter(pk=draft.pk).update(
        state="signed", signed_letter=to_dict(text), signed_digest=digest(text), signed_on=text.signed_on
    )
    render_document(queue_letter(Reply.objects.get(pk=draft.pk)).pk)
    assert "另有说明" not in SearchText.objects.get().answers_text
    issue_reply(world.scj_clerk, reply=draft)
    assert written_by_a_rebuild() == 0
    both = SearchText.objects.get().answers_text
    assert both.index("公平秤") < both.index("另有说明")


def test_staff_finds_a_case_by_the_index_number_of_its_page(world: World) -> None:
    case = case_in(world, Stage.PUBLISHED)
    number = case.publication.index_number
    readable = answers_readable_by(world.office_staff)
    assert best_hits(Proposal.objects.all(), words_of(number), answers=readable) == [case.proposal.pk]
    assert best_hits(Proposal.objects.all(), words_of(number), answers=None) == []


def test_a_rebuild_mends_what_is_missing_and_what_is_wrong_and_says_how_much(world: World) -> None:
    case, publication = case_in(world, Stage.ASSIGNED).proposal, published(world, value="305")
    good = (SearchText.objects.filter(pk=case.pk).values().get(), PublicSearchText.objects.values().get())
    SearchText.objects.filter(pk=case.pk).update(own="| 错误 误 |")
    PublicSearchText.objects.all().delete()
    told = io.StringIO()
    call_command("rebuild_search", stdout=told)
    assert "提案：核对 2 件，改写 1 件" in told.getvalue()
    assert "公开的答复：核对 1 件，改写 1 件" in told.getvalue()
    assert (SearchText.objects.filter(pk=case.pk).values().get(), PublicSearchText.objects.values().get()) == good
    unpublished_row = PublicSearchText.objects.get()
    Publication.objects.filter(pk=publication.pk).update(state="unpublished", unpublish_reason="测试")
    told = io.StringIO()
    call_command("rebuild_search", "--only", "public", stdout=told)
    assert "提案：" not in told.getvalue()
    assert not PublicSearchText.objects.filter(pk=unpublished_row.pk).exists()


def test_a_rebuild_goes_over_all_batches(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("replies.services.rebuilding.BATCH", 2)
    for n in range(5):
        case_in(world, Stage.DRAFT, script=replace(SCRIPT, title=f"关于第{n}件事的建议"))
    SearchText.objects.all().delete()
    assert [(one.done, one.written) for one in rebuild_cases()] == [(2, 2), (4, 4), (5, 5)]
    assert SearchText.objects.count() == Proposal.objects.count()


def public(query: str, **more: Any) -> str:
    answer = Client().get(more.pop("path", "/public/"), {"q": query, **more})
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_public_finds_published_words_until_they_are_taken_down(world: World) -> None:
    publication = published(world)
    for query in ("走访", "十二家企业", "第005号", "5号", "盘司函[2022]5号", "营商 走访", publication.index_number):
        page = public(query)
        assert publication.index_number in page, query
        assert "<mark>" in page, query
    assert publication.index_number not in public("司文清")  # contact of the letter
    assert "没有找到" in public("0427")
    unpublish(world.sfj_leader, publication=publication, reason="更正")
    assert "没有找到" in public("走访")
    assert best_publications(Publication.objects.all(), words_of("走访")) == []


def test_the_public_search_keeps_the_year_and_the_words(world: World) -> None:
    publication = published(world)
    year = publication.published_on.year  # type: ignore[union-attr]
    page = public("走访", path=f"/public/{year}/")
    assert publication.index_number in page
    assert f'href="/public/{year}/?q=%E8%B5%B0%E8%AE%BF"' in page
    assert "“走访”的检索结果" in page
    assert 'value="走访"' in page
    assert "0 件" not in page


@pytest.mark.parametrize("query", ["\x00", "，。", "长" * 200, "<script>", "'\"%_|&:*"])
def test_a_nonsense_query_gets_a_page(world: World, query: str) -> None:
    published(world)
    assert "<script>" not in public(query).split("<main", 1)[1]


def test_title_hits_go_first_and_pages_go_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("replies.views.found.PAGE_SIZE", 1)
    in_text, in_title = published(world, extra="讲到河豚。"), published(world, value="006")
    newest = published(world, value="007", extra="又讲河豚。")
    Publication.objects.filter(pk=in_title.pk).update(title="对河豚提案的答复")
    with transaction.atomic():
        list(rebuild_publications())
    seen, address = [], {"q": "河豚"}
    while address:
        answer = Client().get("/public/", address)
        seen += [item.publication.pk for item in answer.context["items"]]
        following = answer.context["next_url"]
        address = {"q": "河豚", "page": following.split("page=")[1]} if following else {}
    assert seen == [in_title.pk, newest.pk, in_text.pk]


def test_the_public_search_stays_within_its_budget(world: World, django_assert_max_num_queries: Any) -> None:
    costs = set()
    for number in range(6, 9):
        published(world, value=f"{number:03d}")
        with django_assert_max_num_queries(PUBLIC_SEARCH_QUERIES) as context:
            assert public("走访")
        costs.add(len(context))
    assert len(costs) == 1
