"""What a stranger can see: published rows, their metadata, their text, their file. Nothing else, whatever he types."""

from __future__ import annotations

import html
import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from panjin_portal.lib import clock
from replies.documents.letter import from_dict, plain_text
from replies.models import Publication
from replies.services.publishing import prepare_publication
from replies.services.release import pass_release, unpublish
from tests.replies.cases import ISSUE_DAY, PHONE, issued_reply, published, released, signed_reply
from tests.world import World

PUBLIC_PAGE_QUERIES = 6


def page(publication: Publication, client: Client | None = None, **headers: str):  # type: ignore[no-untyped-def]
    return (client or Client()).get(reverse("public-page", args=[publication.index_number]), headers=headers)


def file(publication: Publication):  # type: ignore[no-untyped-def]
    return Client().get(reverse("public-file", args=[publication.index_number]))


def words(source: str) -> str:
    """The text of a page without tags and blanks."""
    return "".join(html.unescape(re.sub(r"<[^>]+>", "", source)).split())


def test_until_the_last_signature_nothing_is_public(world: World) -> None:
    reply = signed_reply(world)
    assert "第005号" not in Client().get("/public/").content.decode()
    publication = released(world, value="006")
    for person in (world.sfj_clerk, world.sfj_reviewer):
        assert page(publication).status_code == 404
        assert file(publication).status_code == 404
        pass_release(person, publication=publication)
    assert page(publication).status_code == 404
    assert publication.title not in Client().get("/public/").content.decode()
    pass_release(world.sfj_leader, publication=publication)
    assert page(publication).status_code == 200
    assert file(publication).status_code == 200
    assert reply.publications.count() == 0


def test_a_prepared_publication_is_unknown_to_the_public(world: World) -> None:
    publication = prepare_publication(world.sfj_clerk, reply=issued_reply(world))
    assert page(publication).status_code == 404
    assert file(publication).status_code == 404


def test_the_page_shows_path_metadata_text_and_file(world: World) -> None:
    with clock.at(ISSUE_DAY):
        publication = published(world)
    source = page(publication).content.decode()
    text = words(source)
    path = re.search(r'<nav class="breadcrumb".*?</nav>', source, re.DOTALL)
    assert path is not None
    assert words(path[0]) == "首页政务公开建议提案市政协提案答复2022年"
    for label, value in (
        ("索引号", "govssfj-2022-000001"),
        ("主题分类", "政治建设/法治建设"),
        ("发文机关", "盘锦市司法局"),
        ("成文日期", "2022-08-18"),
        ("发文字号", "盘司函〔2022〕5号"),
        ("发布日期", "2022-08-19"),
    ):
        assert label + value in text
    assert "主题词" in text
    assert "<h2>一、关于规范执法</h2>" in source
    assert '<strong class="lead-in">1.把事项清单晒出来。</strong>全部执法事项' in source
    assert reverse("public-file", args=[publication.index_number]) in source
    assert "data-print" in source
    assert "data-font-size" in source


def test_the_page_carries_every_word_of_the_released_text_and_no_contact(world: World) -> None:
    publication = published(world)
    text = words(page(publication).content.decode())
    for line in plain_text(from_dict(publication.letter or {})).splitlines()[1:]:
        if line != "A":
            assert "".join(line.split()) in text
    for hidden in ("司文清", "0427-0000000", "抄送", "0427-0000001"):
        assert hidden not in text


def test_the_public_pdf_carries_the_same_words_as_the_page(world: World, real_typesetter: None) -> None:
    import io

    import pdfplumber

    publication = published(world)
    with pdfplumber.open(io.BytesIO(file(publication).content)) as pdf:
        printed = "".join("".join(one.extract_text() for one in pdf.pages).split())
    source = page(publication).content.decode()
    article = re.search(r'<article class="letter">.*?</article>', source, re.DOTALL)
    assert article is not None
    for block in re.findall(r"<(?:h\d|p)[^>]*>.*?</(?:h\d|p)>", article[0], re.DOTALL):
        if "letter-number" not in block:
            assert words(block) in printed
    assert "抄送" not in printed
    assert "联系人" not in printed


def test_the_page_names_itself_to_machines(world: World) -> None:
    with clock.at(ISSUE_DAY):
        publication = published(world)
    source = page(publication).content.decode()
    tags = dict(re.findall(r'<meta name="(\w+)" content="([^"]*)">', source))
    assert {"SiteName", "SiteDomain", "SiteIDCode", "ColumnName", "ColumnType", "Keywords", "Description"} <= set(tags)
    assert tags["ArticleTitle"] == publication.title
    assert tags["PubDate"] == "2022-08-19 09:00"
    assert tags["ContentSource"] == "盘锦市司法局"


def test_the_list_goes_by_year_and_knows_no_empty_year(world: World) -> None:
    first = published(world)
    second = published(world, value="006")
    Publication.objects.filter(pk=first.pk).update(published_on=date(2023, 8, 3))
    whole = Client().get("/public/").content.decode()
    assert first.index_number in whole
    assert second.index_number in whole
    year = Client().get("/public/2023/")
    assert first.index_number in year.content.decode()
    assert second.index_number not in year.content.decode()
    assert Client().get("/public/2021/").status_code == 404


def test_the_list_turns_pages_by_key(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("replies.views.found.PAGE_SIZE", 1)
    published(world)
    published(world, value="006")
    seen, address = [], "/public/"
    while address:
        source = Client().get(address).content.decode()
        seen += re.findall(r"索引号 (govs\S+)</p>", source)
        following = re.search(r'rel="next" href="([^"]+)"', source)
        address = "/public/" + html.unescape(following[1]) if following else ""
    assert seen == ["govssfj-2022-000002", "govssfj-2022-000001"]


def test_an_empty_portal_says_so(world: World) -> None:
    assert "还没有公开的答复" in Client().get("/public/").content.decode()


def test_what_was_taken_down_answers_gone_with_the_reason(world: World) -> None:
    publication = published(world)
    unpublish(world.sfj_leader, publication=publication, reason="正文有误，更正后重新公开")
    answer = page(publication)
    assert answer.status_code == 410
    source = answer.content.decode()
    assert "正文有误，更正后重新公开" in source
    assert "走访了十二家企业" not in source
    assert file(publication).status_code == 410
    assert publication.index_number not in Client().get("/public/").content.decode()


def test_strangers_may_cache_and_insiders_may_not(world: World) -> None:
    publication = published(world)
    answer = page(publication)
    assert "public" in answer["Cache-Control"]
    assert page(publication, if_none_match=answer["ETag"]).status_code == 304
    client = Client()
    client.force_login(world.sfj_clerk)
    assert "private" in page(publication, client)["Cache-Control"]


def test_markup_in_a_text_is_shown_as_text(world: World) -> None:
    publication = published(world, extra="<script>alert(1)</script>与<b>粗体</b>")
    source = page(publication).content.decode()
    assert "<script>alert" not in source
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in source


def test_public_pages_stay_within_the_query_budget(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    publication = published(world)
    for number in range(6, 10):
        published(world, value=f"{number:03d}")
    for address in ("/public/", f"/public/{publication.published_on.year}/"):  # type: ignore[union-attr]
        with django_assert_max_num_queries(PUBLIC_PAGE_QUERIES):
            assert Client().get(address).status_code == 200
    with django_assert_max_num_queries(PUBLIC_PAGE_QUERIES):
        assert page(publication).status_code == 200
    assert PHONE not in page(publication).content.decode()
