"""The published reply 005 as it stands on the city's site."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from replies.structure.imported import ImportedReply, Kind
from replies.structure.outline import walk
from replies.structure.reading import read_reply

pytestmark = pytest.mark.real_reply


@pytest.fixture
def page(real_reply: Path) -> str:
    return real_reply.read_text(encoding="utf-8")


@pytest.fixture
def reply(page: str) -> ImportedReply:
    return read_reply(page)


def test_the_metadata_are_as_printed_and_three_are_blank(reply: ImportedReply) -> None:
    metadata = reply.metadata
    assert metadata.index_number == "govssfj-2022-118155"
    assert metadata.subject_class == "2023年"
    assert metadata.issuing_body == "盘锦市政府"
    assert metadata.title is not None
    assert metadata.title.startswith("对市政协九届一次会议")
    assert metadata.published_on == date(2023, 8, 3)
    assert (metadata.created_on, metadata.document_number, metadata.keywords) == (None, None, None)
    assert metadata.breadcrumb == ("首页", "政务公开", "建议提案", "市政协提案答复", "2023年")


def test_the_title_tells_session_number_and_proposal(reply: ImportedReply) -> None:
    assert reply.is_reply
    assert reply.kind is Kind.PROPOSAL_REPLY
    assert (reply.session, reply.proposal_number) == ("九届一次会议", "005")
    assert reply.proposal_title == "关于推动盘锦市营商环境法治化建设"


def test_there_are_four_headings_with_sixteen_items(reply: ImportedReply) -> None:
    headings = [section for section in reply.sections if section.heading]
    assert [section.marker for section in headings] == ["一、", "二、", "三、", "四、"]
    assert [len(section.children) for section in headings] == [5, 6, 2, 3]
    items = [item for section in headings for item in section.children]
    assert all(item.run_in and item.level == 2 and item.heading.endswith("。") for item in items)


def test_the_frame_of_the_letter_is_recognised(reply: ImportedReply) -> None:
    assert reply.addressees == ("民建盘锦市委员会",)
    assert reply.opening is not None
    assert reply.opening.endswith("现答复如下:")
    assert len(reply.closing) == 1
    assert reply.closing[0].startswith("下一步")
    assert reply.signers == ("盘锦市司法局",)
    assert reply.signed_on == date(2022, 8, 18)


def test_the_bureaus_are_as_printed_and_known_by_code(reply: ImportedReply) -> None:
    assert reply.lead == "市司法局"
    assert reply.co_handlers == ("市公安局", "市市场局", "市营商局")
    assert reply.bureau_codes == ("sfj", "gaj", "scj", "ysj")


def test_the_differing_issuing_body_and_the_blank_fields_are_pointed_out(reply: ImportedReply) -> None:
    assert [warning.code for warning in reply.warnings] == ["blank_metadata", "issuing_body_differs"]


def test_no_character_of_the_letter_is_lost(page: str, reply: ImportedReply) -> None:
    letter = page[page.index("民建盘锦市委员会:") :]
    assert "".join(reply.body_text().split()) == "".join(letter.split())


def test_first_and_second_stay_inside_their_paragraph(reply: ImportedReply) -> None:
    assert not any(section.marker.startswith("一是") for section in walk(reply.sections))
    assert any("二是" in paragraph for section in walk(reply.sections) for paragraph in section.paragraphs)
