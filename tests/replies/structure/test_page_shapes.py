"""The shapes in which published replies come, one small page each."""

from __future__ import annotations

from datetime import date

import pytest

from replies.structure.handlers import KnownBureau
from replies.structure.imported import Kind, TailKind
from replies.structure.outline import walk
from replies.structure.reading import read_reply
from tests.replies.structure.pages import (
    BROKEN_TITLE,
    GLUED_METADATA,
    MARKS_BELOW,
    NO_REPLIES,
    OPINION,
    SEPARATE_LINES,
    WITHOUT_HEADINGS,
)


def test_label_and_value_glued_on_one_line_are_told_apart() -> None:
    metadata = read_reply(GLUED_METADATA).metadata
    assert metadata.index_number == "pjsrmzf-2024-000048"
    assert metadata.subject_class == "2023年"
    assert metadata.issuing_body == "盘锦市人民政府"
    assert metadata.created_on == date(2023, 8, 30)
    assert metadata.published_on == date(2023, 12, 21)
    assert (metadata.document_number, metadata.keywords) == (None, None)
    assert metadata.breadcrumb == ("网站首页", "政府信息公开", "建议提案办理")


def test_label_and_value_on_separate_lines_are_put_together() -> None:
    metadata = read_reply(SEPARATE_LINES).metadata
    assert metadata.index_number == "pjs-2021-1"
    assert metadata.issuing_body == "盘锦市教育局"
    assert metadata.created_on is None
    assert metadata.published_on == date(2023, 9, 12)


def test_the_title_in_the_text_wins_over_a_file_name_in_the_metadata() -> None:
    reply = read_reply(SEPARATE_LINES)
    assert reply.metadata.title == "DSC0012.docx"
    assert reply.title == "对市九届人大二次会议《关于改善农村校车的建议》(第68号)的答复"
    assert reply.kind is Kind.SUGGESTION_REPLY
    assert (reply.session, reply.proposal_number) == ("九届二次会议", "68")
    assert reply.proposal_title == "关于改善农村校车的建议"


def test_a_category_number_is_kept_beside_the_proposal_number() -> None:
    reply = read_reply(GLUED_METADATA)
    assert (reply.proposal_number, reply.category_number) == ("0867", "资源环境类086号")


def test_a_title_broken_over_three_lines_is_one_title() -> None:
    reply = read_reply(BROKEN_TITLE)
    assert reply.title == "对市政协九届一次会议关于推动柔性执法(第DH0271号)提案的答复"
    assert (reply.proposal_number, reply.proposal_title) == ("DH0271", "关于推动柔性执法")


@pytest.mark.parametrize(
    ("page", "result_class"),
    [(GLUED_METADATA, "A"), (SEPARATE_LINES, "A1"), (BROKEN_TITLE, "B"), (MARKS_BELOW, "B"), (OPINION, None)],
)
def test_class_marks_are_found_where_bureaus_put_them(page: str, result_class: str | None) -> None:
    assert read_reply(page).result_class == result_class


@pytest.mark.parametrize(
    ("page", "number"), [(GLUED_METADATA, "盘环函〔2023〕12号"), (BROKEN_TITLE, "盘司函【2022】5号"), (OPINION, None)]
)
def test_the_document_number_stands_below_the_title(page: str, number: str | None) -> None:
    assert read_reply(page).document_number == number


@pytest.mark.parametrize(
    ("page", "addressees"),
    [
        (GLUED_METADATA, ("李明委员",)),
        (SEPARATE_LINES, ("张三", "李四")),
        (WITHOUT_HEADINGS, ("王五委员",)),
        (BROKEN_TITLE, ("民建盘锦市委员会",)),
        (MARKS_BELOW, ("民盟盘锦市委员会", "农工党盘锦市委员会")),
    ],
)
def test_addressees_are_found_with_and_without_a_colon(page: str, addressees: tuple[str, ...]) -> None:
    assert read_reply(page).addressees == addressees


def test_a_letter_without_headings_is_one_section_of_level_zero() -> None:
    reply = read_reply(WITHOUT_HEADINGS)
    (section,) = reply.sections
    assert (section.level, section.marker, section.heading) == (0, "", "")
    assert section.paragraphs == ("经商市公安局、市住建局,我局认为可行。", "明年计划增设六处。")
    assert reply.opening == "您提出的关于增设公交站点的提案收悉,现答复如下:"


def test_headings_of_several_shapes_nest() -> None:
    marks = [(section.level, section.marker, section.run_in) for section in walk(read_reply(GLUED_METADATA).sections)]
    assert marks == [(0, "", False), (1, "一、", False), (2, "（一）", True), (2, "（二）", True), (1, "二、", False)]


def test_what_stands_below_a_line_heading_is_its_text_and_no_closing() -> None:
    reply = read_reply(GLUED_METADATA)
    assert reply.sections[-1].paragraphs == ("下一步，我们将继续投入。",)
    assert reply.closing == ("感谢您对生态环境工作的关心和支持！", "特此答复。")


def test_a_last_paragraph_behind_one_line_items_is_the_closing() -> None:
    assert read_reply(SEPARATE_LINES).closing == ("明年，继续增加投入。",)


def test_contact_and_copies_come_from_the_letter_and_not_from_the_footer() -> None:
    reply = read_reply(GLUED_METADATA)
    assert (reply.contact.person, reply.contact.phone) == ("王芳", "0427-2821234")
    assert reply.copies == ("市政协提案委", "市政府督查室")
    assert reply.publicity == "此件公开发布"
    below = read_reply(SEPARATE_LINES).contact
    assert (below.person, below.phone) == ("赵六", "(0427)2345678")


def test_a_footer_phone_is_no_contact() -> None:
    page = WITHOUT_HEADINGS + "版权所有:盘锦市人民政府\n联系电话:0427-2828888\n"
    assert read_reply(page).contact.phone is None


@pytest.mark.parametrize(
    ("page", "signers", "signed_on"),
    [
        (GLUED_METADATA, ("盘锦市生态环境局",), date(2023, 8, 30)),
        (SEPARATE_LINES, ("盘锦市教育局", "盘锦市公安局"), date(2022, 8, 18)),
        (BROKEN_TITLE, ("盘锦市司法局",), date(2022, 8, 18)),
    ],
)
def test_signers_and_date_are_read_in_every_shape(page: str, signers: tuple[str, ...], signed_on: date) -> None:
    reply = read_reply(page)
    assert (reply.signers, reply.signed_on) == (signers, signed_on)


def test_signer_and_date_on_one_line_are_told_apart() -> None:
    page = OPINION.replace("盘锦市公安局\n2022", "盘锦市公安局  2022")
    assert read_reply(page) == read_reply(OPINION)


def test_a_date_with_two_readings_stays_blank_with_a_warning() -> None:
    reply = read_reply(OPINION.replace("2022年6月28日", "2022111"))
    assert reply.signed_on is None
    assert "unclear_signed_on" in [warning.code for warning in reply.warnings]


def test_a_missing_date_is_never_filled_from_another() -> None:
    reply = read_reply(GLUED_METADATA.replace("二〇二三年八月三十日\n", ""))
    assert reply.signed_on is None
    assert reply.metadata.created_on == date(2023, 8, 30)
    assert "missing_signed_on" in [warning.code for warning in reply.warnings]
    assert reply.signers == ("盘锦市生态环境局",)


def test_an_opinion_is_addressed_to_the_lead() -> None:
    reply = read_reply(OPINION)
    assert reply.kind is Kind.CO_HANDLER_OPINION
    assert (reply.lead, reply.co_handlers) == ("市司法局", ("盘锦市公安局",))
    assert reply.bureau_codes == ("sfj", "gaj")


def test_a_letter_to_a_bureau_is_an_opinion_even_when_titled_as_a_reply() -> None:
    assert read_reply(OPINION.replace("会办意见", "答复")).kind is Kind.CO_HANDLER_OPINION


def test_first_and_second_on_lines_of_their_own_are_no_headings() -> None:
    (section,) = read_reply(OPINION).sections
    assert section.paragraphs == ("一是加强执法培训。", "二是公开执法信息。")


@pytest.mark.parametrize(
    ("page", "co_handlers"),
    [
        (GLUED_METADATA, ("市自然资源局", "市林湿局")),
        (WITHOUT_HEADINGS, ("市公安局", "市住建局")),
        (SEPARATE_LINES, ("盘锦市公安局",)),
        (MARKS_BELOW, ()),
    ],
)
def test_co_handlers_are_named_in_the_lead_in_or_sign_jointly(page: str, co_handlers: tuple[str, ...]) -> None:
    assert read_reply(page).co_handlers == co_handlers


def test_bureaus_are_recognised_from_the_list_that_is_passed() -> None:
    bureaus = (KnownBureau("zrj", ("自然资源局",)), KnownBureau("hbj", ("生态环境局",)))
    reply = read_reply(GLUED_METADATA, bureaus)
    assert reply.bureau_codes == ("hbj", "zrj")
    unknown = next(warning for warning in reply.warnings if warning.code == "unknown_bureau")
    assert "市林湿局" in unknown.message


def test_different_numbers_in_title_and_text_are_both_shown() -> None:
    reply = read_reply(GLUED_METADATA.replace("（第0867号）", "（第0876号）"))
    assert reply.proposal_number == "0867"
    message = next(warning.message for warning in reply.warnings if warning.code == "number_differs")
    assert "0867" in message
    assert "0876" in message


def test_a_proposal_reply_to_a_deputy_is_pointed_out() -> None:
    reply = read_reply(WITHOUT_HEADINGS.replace("王五委员", "王五代表"))
    assert reply.kind is Kind.PROPOSAL_REPLY
    assert "kind_mixed" in [warning.code for warning in reply.warnings]


@pytest.mark.parametrize("name", NO_REPLIES)
def test_other_papers_of_the_same_column_are_refused(name: str) -> None:
    reply = read_reply(NO_REPLIES[name])
    assert not reply.is_reply
    assert reply.kind is None
    assert set(reply.as_dict()) == {"is_reply", "warnings"}
    assert reply.as_dict()["warnings"]


def test_the_json_has_exactly_the_documented_keys() -> None:
    data = read_reply(GLUED_METADATA).as_dict()
    assert list(data) == [
        "is_reply",
        "kind",
        "metadata",
        "title",
        "session",
        "proposal_number",
        "category_number",
        "number_in_text",
        "proposal_title",
        "addressees",
        "opening",
        "sections",
        "closing",
        "signers",
        "signed_on",
        "document_number",
        "result_class",
        "contact",
        "copies",
        "lead",
        "co_handlers",
        "bureau_codes",
        "publicity",
        "warnings",
    ]
    assert list(data["metadata"]) == [
        "index_number",
        "subject_class",
        "issuing_body",
        "created_on",
        "title",
        "document_number",
        "published_on",
        "keywords",
        "breadcrumb",
    ]
    assert list(data["sections"][0]) == ["level", "marker", "heading", "run_in", "paragraphs", "children"]
    assert list(data["contact"]) == ["person", "phone"]
    assert all(list(warning) == ["code", "message"] for warning in data["warnings"])
    assert data["signed_on"] == "2023-08-30"


def test_lines_behind_the_date_are_counted_and_not_taken_for_the_letter() -> None:
    reply = read_reply(MARKS_BELOW + "这一行与答复无关。\n")
    assert "text_after_date" in [warning.code for warning in reply.warnings]
    assert [line.kind for line in reply.tail] == [
        TailKind.CLOSING,
        TailKind.SIGNER,
        TailKind.DATE,
        TailKind.PUBLICITY,
        TailKind.OTHER,
        TailKind.COPIES,
    ]
