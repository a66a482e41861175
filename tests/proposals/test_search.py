"""Words in the case list: everything that holds them, nothing else, the title first."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.management.color import no_style
from django.db import connection
from django.db.models import Q
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from panjin_portal.lib.bigrams import fold, words_of
from panjin_portal.lib.clock import now
from proposals.models import Assignment, Proposal, SearchText
from proposals.permissions import answers_readable_by, visible_proposals
from proposals.search import MOST_HITS, best_hits, with_words
from proposals.services.filing import save_draft
from proposals.services.indexing import index_answer, index_cases_of, index_proposal, reindex
from proposals.services.review import undo_registration
from tests.proposals.stages import assigned, content_for, draft, registered, submitted
from tests.world import World

SEARCH_QUERIES = 9
SAMPLES = (
    "近年来全市涉企服务不断改进，企业对规则稳定的期待也在提高。",
    "建议在5G网络、AI应用上先行；ＧＤＰ增长3.5%，盘司函〔2022〕5号文件已经说到。",
    "湿地𠀀𠀁保护〇号方案：カキ养殖区\n第二行从这里开始",
    "执法检查次数多、标准不一。",
)


def bulk(world: World, count: int, first: int = 501, **texts: str) -> list[Proposal]:
    """Cases with these texts, registered and in the index, without the way they came."""
    rows = Proposal.objects.bulk_create(
        Proposal(
            session=world.session,
            state="registered",
            number=f"{n:03d}",
            created_by=world.committee_staff,
            created_at="2022-01-06T09:00+08:00",
            **({"title": f"关于第{n}件事的建议"} | texts),
        )
        for n in range(first, first + count)
    )
    reindex([row.pk for row in rows], answers={})
    return rows


def found(query: str) -> set[int]:
    return set(with_words(Proposal.objects.all(), words_of(query)).values_list("pk", flat=True))


def titles(client: Client, query: str, **more: str) -> list[str]:
    answer = client.get(reverse("proposal-list"), {"q": query, **more})
    assert answer.status_code == 200
    return [row.proposal.title for row in answer.context["rows"]]


@pytest.fixture
def samples(world: World) -> list[Proposal]:
    return [row for n, text in enumerate(SAMPLES) for row in _sample(world, n, text)]


def _sample(world: World, n: int, text: str) -> list[Proposal]:
    row = Proposal.objects.create(
        session=world.session, title=f"样本{n}", background=text, created_by=world.admin, created_at="2022-01-06T09:00Z"
    )
    index_proposal(row)
    return [row]


def test_every_two_characters_of_a_text_find_it(samples: list[Proposal]) -> None:
    for row in samples:
        for run in re.findall("[^\\W\\da-zA-Zａ-ｚＡ-Ｚ_]+", row.background):
            for start in range(len(run) - 1):
                assert row.pk in found(run[start : start + 2]), run[start : start + 2]


def test_words_numbers_and_longer_pieces_find_exactly_their_texts(samples: list[Proposal]) -> None:
    first, second, third, fourth = (row.pk for row in samples)
    cases = {
        "5g网络": {second},
        "ai": {second},
        "GDP": {second},
        "3.5%": {second},
        "盘司函[2022]5号": {second},
        "盘司函（２０２２）5号": {second},
        "规则稳定的期待": {first},
        "提高": {first},
        "执法 标准": {fourth},
        "执法 企业": set(),
        "企业对规则": {first},
        "业规": set(),  # both characters are there, not side by side
        "先行ＧＤＰ": set(),  # a semicolon stands between
        "方案カキ": set(),
        "2022": {second},
        "202": set(),
        "5，5": set(),
        "5号": {second},
        "〇": {third},
        "始": {third},  # the last character of a text
        "近": {first},
        "样本2": {third},
        "！": set(),
    }
    assert {query: found(query) for query in cases} == cases


@given(query=st.text(st.sampled_from("规则稳定检查的，5g企业对"), min_size=2, max_size=4))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_found_holds_the_words(samples: list[Proposal], query: str) -> None:
    hits = found(query)
    for row in samples:
        text = re.sub(r"[\W_]+", "|", fold(f"{row.title}\n{row.background}"))
        asked = [re.sub(r"[\W_]+", "|", fold(word)).strip("|") for word in query.split()]
        whole = all(re.search(rf"{before(word)}{re.escape(word)}{after(word)}", text) for word in asked)
        assert (row.pk in hits) == (whole and any(asked)), row.background


def before(word: str) -> str:
    """A word that begins with a figure or a Latin letter begins a token."""
    return "(?<![a-z0-9])" if word[:1].isascii() else ""


def after(word: str) -> str:
    return "(?![a-z0-9])" if word[-1:].isascii() else ""


@pytest.mark.parametrize("query", ["005", "第005号", "第5号", "5", "００５"])
def test_a_case_is_found_by_its_number_as_people_write_it(client: Client, world: World, query: str) -> None:
    for n in range(5):
        registered(world, title=f"关于第{n}类事项的建议")
    client.force_login(world.office_staff)
    assert titles(client, query)[0] == "关于第4类事项的建议"


def test_a_word_in_the_title_goes_before_the_same_word_in_a_newer_text(client: Client, world: World) -> None:
    submitted(world, title="关于河豚的建议")
    submitted(world, title="旧", background="说到河豚。")
    submitted(world, title="新", background="也说到河豚。")
    client.force_login(world.committee_staff)
    assert titles(client, "河豚") == ["关于河豚的建议", "新", "旧"]
    assert titles(client, "河豚", sort="new") == ["新", "旧", "关于河豚的建议"]
    assert titles(client, "河豚", state="registered") == []


def test_hits_show_where_the_words_stand_and_markup_stays_text(client: Client, world: World) -> None:
    submitted(world, title="关于<b>夜市</b>的建议", background="夜市里有<script>alert(1)</script>。")
    client.force_login(world.committee_staff)
    page = client.get(reverse("proposal-list"), {"q": "夜市"}).content.decode()
    assert "关于&lt;b&gt;<mark>夜市</mark>&lt;/b&gt;的建议" in page
    assert "<p><mark>夜市</mark>里有&lt;script&gt;" in page
    nothing = client.get(reverse("proposal-list"), {"q": "没有的词"}).content.decode()
    assert "没有找到" in nothing


def test_no_more_than_two_hundred_hits_are_listed_and_the_page_says_so(client: Client, world: World) -> None:
    bulk(world, MOST_HITS + 3, background="处处都有的词。")
    client.force_login(world.office_staff)
    seen: list[int] = []
    address = "?q=处处"
    while address:
        answer = client.get(f"{reverse('proposal-list')}{address}")
        seen += [row.proposal.pk for row in answer.context["rows"]]
        address = answer.context["next_url"]
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == len(seen) == MOST_HITS
    assert answer.context["note"].startswith("200 件以上")
    back = client.get(f"{reverse('proposal-list')}{answer.context['previous_url']}")
    assert [row.proposal.pk for row in back.context["rows"]] == seen[-40:-20]
    assert client.get(f"{reverse('proposal-list')}?q=处处&key=n99999999").context["previous_url"] == ""


def test_a_search_costs_the_same_for_three_rows_and_for_sixty(
    client: Client, world: World, django_assert_max_num_queries: Any
) -> None:
    client.force_login(world.office_staff)
    client.get(reverse("proposal-list"))  # the first request of a session also writes it
    costs = set()
    for count, word in ((3, "甲乙"), (60, "丙丁")):
        Proposal.objects.filter(number__startswith="5").update(number="")
        bulk(world, count, background=f"{word}丙" if count == 3 else f"{word}戊")
        for sort, more in (("", 0), ("new", 0), ("due", 1)):  # one more for the rows without a deadline
            with django_assert_max_num_queries(SEARCH_QUERIES + more) as context:
                answer = client.get(reverse("proposal-list"), {"q": word, "sort": sort})
            costs.add(len(context) - more)
            assert len(answer.context["rows"]) == min(count, 20)
    assert len(costs) == 1


def test_everyone_finds_what_he_sees_and_nothing_else(client: Client, world: World) -> None:
    draft(world, title="草稿", background="斑海豹")
    submitted(world, title="已交", background="斑海豹")
    assigned(world, title="已办", background="斑海豹")
    seen = {
        "minjian_contact": {"已办", "已交", "草稿"},
        "committee_staff": {"已办", "已交"},
        "committee_colleague": {"已办", "已交"},
        "office_staff": {"已办"},
        "sfj_clerk": {"已办"},
        "gaj_leader": {"已办"},
        "scj_clerk": set(),
        "other_member_user": set(),
        "nobody": set(),
    }
    for who, expected in seen.items():
        client.force_login(getattr(world, who))
        assert set(titles(client, "斑海豹")) == expected, who


def test_words_of_an_answer_find_the_case_for_those_who_may_read_it(world: World) -> None:
    lead, helper = assigned(world)
    case = lead.proposal
    index_answer(case.pk, text="四个园区各设一站，律师值班。")
    Proposal.objects.filter(pk=case.pk).update(created_by=world.nobody)  # typed it, and has given up his post

    def finds(user: Any, query: str) -> bool:
        readable = answers_readable_by(user)
        return best_hits(visible_proposals(user), words_of(query), answers=readable) == [case.pk]

    readers = (world.office_staff, world.committee_staff, world.sfj_leader, world.gaj_clerk, world.minjian_contact)
    assert all(finds(user, "律师") and finds(user, "律师 营商环境") for user in readers)
    assert not finds(world.nobody, "营商环境")
    assert not finds(world.scj_clerk, "营商环境")
    Assignment.objects.create(
        proposal=case, bureau=world.scj, role="separate", assigned_by=world.office_staff, assigned_at=now()
    )
    assert finds(world.scj_clerk, "营商环境")
    assert not finds(world.scj_clerk, "律师")  # who answers separately does not read the others
    # 分办: each bureau reads its own answer only, and the index does not know whose words they are
    Assignment.objects.filter(pk__in=[lead.pk, helper.pk]).update(role=Assignment.Role.SEPARATE)
    assert finds(world.sfj_clerk, "营商环境")
    assert not finds(world.sfj_clerk, "律师")
    assert finds(world.office_staff, "律师")


def test_a_changed_text_is_found_by_its_new_words_only(world: World) -> None:
    case = draft(world, background="原来写河豚")
    save_draft(world.minjian_contact, proposal=case, content=content_for(world, background="现在写海豹"), version=1)
    assert found("河豚") == set()
    assert found("海豹") == {case.pk}


def test_an_undone_number_and_an_old_name_are_found_no_more(world: World) -> None:
    case = registered(world)
    assert found("第001号") == {case.pk}
    undo_registration(world.committee_staff, proposal=case, opinion="重新审查")
    assert found("第001号") == set()
    world.minjian.name = "民建新名字"
    world.minjian.save()
    index_cases_of(world.minjian)
    assert found("新名字") == {case.pk}
    assert found("盘锦市委") == set()


@pytest.mark.parametrize("tries", [(4, None), (6, None), (1, 3, None), (100, None)])
def test_looking_among_the_newest_first_finds_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch, tries: tuple[int | None, ...]
) -> None:
    bulk(world, 3, title="关于停车的建议")
    rows = bulk(world, 5, first=601, background="路边停车难，停车费高。")
    hidden = Proposal.objects.filter(pk=rows[-1].pk)
    hidden.update(state="submitted")  # the supervision office does not see it
    monkeypatch.setattr("proposals.search.MOST_HITS", 3)
    seen = visible_proposals(world.office_staff)
    found = {}
    for name, steps in (("once", (None,)), ("often", tries)):
        monkeypatch.setattr(f"panjin_portal.lib.fulltext.{connection.vendor}.TRIES", steps)
        asked = ("停车", "停车费", "停车 路边", "没有")
        found[name] = [best_hits(seen, words_of(query), answers=Q()) for query in asked]
    assert found["often"] == found["once"]
    assert [len(hits) for hits in found["once"]] == [4, 4, 4, 0]


@pytest.mark.parametrize("most", [0, 1, 2, 3, 4, 6, 20])
def test_a_bureau_finds_the_best_of_its_cases(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    """Asked about his cases alone: words of answers count where he may read them, before and after the last hit."""
    said: dict[str, str] = {}
    own, title = {"background": "停车难。"}, {"title": "关于停车的建议"}
    rows = [
        row for at, texts in enumerate((said, own, title, said, own, said)) for row in bulk(world, 2, at * 2, **texts)
    ]
    for row in [*rows[:2], *rows[6:8], *rows[10:]]:
        index_answer(row.pk, text="增设停车场。")
    shares = [(row, world.sfj, "lead") for row in rows[:-1]] + [(rows[6], world.gaj, "separate")]
    for row, bureau, role in shares:  # of a case of 分办 he does not read all the answers; the last is another's
        Assignment.objects.create(
            proposal=row, bureau=bureau, role=role, assigned_by=world.office_staff, assigned_at=now()
        )
    monkeypatch.setattr("proposals.search.MOST_HITS", most)
    seen, words = visible_proposals(world.sfj_clerk), words_of("停车")
    expected = [rows[at].pk for at in (5, 4, 10, 9, 8, 7, 3, 2, 1, 0)]
    assert best_hits(seen, words, answers=answers_readable_by(world.sfj_clerk)) == expected[: most + 1]
    assert best_hits(seen.none(), words, answers=answers_readable_by(world.sfj_clerk)) == []
    client.force_login(world.sfj_clerk)
    page = client.get(reverse("proposal-list"), {"q": "停车", "sort": "new"})
    assert [row.proposal.pk for row in page.context["rows"]] == sorted(expected, reverse=True)
    assert client.get(reverse("proposal-list"), {"q": "、", "sort": "new"}).context["rows"] == []


@pytest.mark.postgresql
def test_each_column_has_an_index_of_its_own(world: World) -> None:
    """A search in some columns of a common index would cut every row found into tokens again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname LIKE %s", ["%_words"])
        indexed = {re.sub(r".* ON [^ ]*\.| USING gin", "", row) for (row,) in cursor.fetchall()}
    cases = {f"proposals_searchtext (portal_tokens({column}))" for column in ("title", "own", "answers")}
    assert indexed == cases | {f"replies_publicsearchtext (portal_tokens({column}))" for column in ("title", "body")}


@pytest.mark.sqlite  # there the index is a table of its own, kept by triggers
def test_emptying_the_table_empties_the_index(samples: list[Proposal]) -> None:
    with connection.cursor() as cursor:
        for statement in connection.ops.sql_flush(no_style(), [SearchText._meta.db_table]):
            cursor.execute(statement)
    assert found("执法") == set()
    index_proposal(samples[0])
    assert found("执法") == set()
    assert found("涉企") == {samples[0].pk}
