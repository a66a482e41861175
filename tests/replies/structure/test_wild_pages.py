"""Shapes of pages from other cities, and what the reader makes of each."""

from __future__ import annotations

from datetime import date

import pytest

from replies.structure.imported import ImportedReply, Kind
from replies.structure.outline import walk
from replies.structure.reading import read_reply
from tests.replies.structure import wild_pages as pages


def _codes(reply: ImportedReply) -> list[str]:
    return [warning.code for warning in reply.warnings]


def test_a_row_without_colons_and_a_byline_give_metadata() -> None:
    metadata = read_reply(pages.BYLINE).metadata
    assert metadata.index_number == "bhq/2024-0000031"
    assert (metadata.created_on, metadata.published_on) == (date(2024, 4, 2), date(2024, 4, 8))
    assert metadata.title == "关于区政协六届三次会议第031号提案的答复"


def test_a_column_path_with_a_step_a_line_is_one_path() -> None:
    assert read_reply(pages.BYLINE).metadata.breadcrumb == ("首页", "信息公开", "提案办理")


def test_what_is_glued_behind_a_document_number_is_told_apart() -> None:
    reply = read_reply(pages.BYLINE)
    assert (reply.document_number, reply.result_class) == ("滨水函〔2024〕9号", "A")


def test_the_tail_goes_on_below_the_line_of_who_signed_off() -> None:
    reply = read_reply(pages.BYLINE)
    assert (reply.contact.person, reply.contact.phone) == ("郑辉", "0427-3000001")
    assert reply.copies == ("区政协提案委", "区政府督查室")
    assert reply.publicity == "依申请公开"
    assert reply.signed_on == date(2024, 4, 2)


def test_a_title_whose_last_word_stands_below_is_put_together() -> None:
    reply = read_reply(pages.LAST_WORD_BELOW)
    assert reply.title == "关于对县十二届人大四次会议第16号建议的答复"
    assert (reply.session, reply.proposal_number) == ("十二届四次会议", "16")
    assert reply.document_number == "河林字〔2021〕148号"


def test_a_greeting_belongs_to_the_opening() -> None:
    reply = read_reply(pages.LAST_WORD_BELOW)
    assert reply.opening == "您好!\n您所提的“关于补植公路两侧树木的建议”已收悉。现答复如下:"
    assert reply.proposal_title == "关于补植公路两侧树木的建议"


def test_a_sentence_cut_in_two_is_one_paragraph() -> None:
    (section,) = read_reply(pages.LAST_WORD_BELOW).sections
    assert section.paragraphs == ("首先感谢您的建议。", "已补植杨树三千株,成活率达到九成。")


def test_a_signer_below_the_date_signs_all_the_same() -> None:
    reply = read_reply(pages.LAST_WORD_BELOW)
    assert (reply.signers, reply.signed_on) == (("河湾县林业局",), date(2021, 6, 29))
    assert (reply.contact.person, reply.contact.phone) == ("贾明", "13900000000")


def test_a_list_of_whole_sentences_has_no_headings() -> None:
    reply = read_reply(pages.SENTENCES)
    (section,) = reply.sections
    assert [paragraph[:2] for paragraph in section.paragraphs] == ["一、", "二、", "三、"]
    assert reply.addressees == ("许静委员",)


def test_a_list_that_names_its_matters_keeps_its_headings() -> None:
    page = pages.SENTENCES.replace("一、您的提案很好,对我们的工作有促进作用。", "一、建设步道。").replace(
        "二、步道长三公里,", "二、日常养护。步道长三公里,"
    )
    assert [section.heading for section in read_reply(page).sections if section.marker] == [
        "建设步道。",
        "日常养护。",
        "我局将在明年完成北段。",
    ]


def test_first_and_second_before_paragraphs_of_their_own_are_marks() -> None:
    reply = read_reply(pages.SPOKEN)
    marked = [(section.marker, section.heading) for section in walk(reply.sections) if section.marker]
    assert marked == [("一是", "加强培训。"), ("二是", "公开清单。")]
    assert reply.closing == ("下一步，我局将继续努力。".replace("，", ","),)


def test_a_second_without_a_first_stays_in_its_paragraph() -> None:
    reply = read_reply(pages.SPOKEN.replace("一是加强培训。", "工作有二。一是加强培训。"))
    assert not [section for section in walk(reply.sections) if section.marker]


def test_what_the_editor_of_a_site_left_behind_is_taken_out() -> None:
    reply = read_reply(pages.COMMENTS)
    assert [section.heading for section in reply.sections] == ["总体情况", "下步打算"]
    assert reply.sections[0].paragraphs == ("已有公园 十处。",)
    assert "editor_comments" in _codes(reply)
    assert "<" not in reply.body_text()


def test_a_letter_without_addressee_starts_below_the_document_number() -> None:
    reply = read_reply(pages.WITHOUT_ADDRESSEE)
    assert reply.is_reply
    assert reply.document_number == "县文旅字〔2023〕3号"
    assert reply.signed_on == date(2023, 9, 12)
    assert {"missing_addressee", "missing_opening"} <= set(_codes(reply))


@pytest.mark.parametrize(
    ("page", "title"),
    [(pages.PLAIN_TITLE, "关于北街积水问题的答复"), (pages.REPORT, "关于市政协九届二次会议第33号提案办理情况的报告")],
)
def test_an_unusual_title_is_a_title(page: str, title: str) -> None:
    reply = read_reply(page)
    assert reply.is_reply
    assert reply.title == title


def test_a_letter_that_speaks_of_the_proposer_to_a_bureau_is_an_opinion() -> None:
    reply = read_reply(pages.ASSISTING)
    assert reply.kind is Kind.CO_HANDLER_OPINION
    assert (reply.lead, reply.co_handlers) == ("市民政局", ("河湾市住房和城乡建设局",))
    assert (reply.contact.person, reply.contact.phone) == ("甘小石", "2700000")


def test_both_numbers_are_kept_and_an_excerpt_is_pointed_out() -> None:
    reply = read_reply(pages.EXCERPT)
    assert (reply.proposal_number, reply.number_in_text) == ("9", "19")
    assert {"number_differs", "excerpt"} <= set(_codes(reply))
    assert reply.sections[0].paragraphs == ("(略)",)
    assert reply.signed_on == date(2023, 8, 1)


def test_a_padded_number_is_the_same_number() -> None:
    reply = read_reply(pages.EXCERPT.replace("第19号", "第009号"))
    assert reply.number_in_text is None
    assert "number_differs" not in _codes(reply)


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        ("何文委员:\n您提出的关于修路的建议收悉,现答复如下:\n已修。", Kind.PROPOSAL_REPLY),
        ("何文代表:\n您提出的关于修路的建议收悉,现答复如下:\n已修。", Kind.SUGGESTION_REPLY),
        ("关于修路的建议的答复\n何文委员:\n您提出的建议收悉,现答复如下:\n已修。", Kind.PROPOSAL_REPLY),
        ("对区人大第5号建议的答复\n何文委员:\n您提出的建议收悉,现答复如下:\n已修。", Kind.SUGGESTION_REPLY),
    ],
)
def test_a_title_without_a_kind_leaves_it_to_the_addressee(page: str, kind: Kind) -> None:
    assert read_reply(page).kind is kind


@pytest.mark.parametrize(
    ("printed", "signed_on"),
    [
        ("2023912", date(2023, 9, 12)),
        ("2023 915", date(2023, 9, 15)),
        ("20231103", date(2023, 11, 3)),
        ("二〇二三年十一月二日", date(2023, 11, 2)),
        ("二○二三年九月十二日", date(2023, 9, 12)),
        ("2023.9.12", date(2023, 9, 12)),
        ("2023111", None),
        ("2023年9月  日", None),
    ],
)
def test_dates_are_read_or_left_blank(printed: str, signed_on: date | None) -> None:
    reply = read_reply(pages.SPOKEN.replace("2023年9月12日", printed))
    assert reply.signed_on == signed_on
    assert ("unclear_signed_on" in _codes(reply)) == (signed_on is None)
    assert reply.signers == ("河湾市司法局",)


def test_metadata_come_as_a_list_of_glued_labels() -> None:
    metadata = read_reply(pages.LISTED).metadata
    assert (metadata.index_number, metadata.issuing_body) == ("000014348/2020-02432", "河湾市政府办公室")
    assert (metadata.document_number, metadata.published_on) == ("河民函〔2017〕14号", date(2018, 8, 19))
    assert metadata.breadcrumb == ("首页", "提案公开")


def test_a_title_may_name_the_paper_on_a_line_of_its_own() -> None:
    reply = read_reply(pages.LISTED)
    assert reply.title == "市政协九届三次会议第0280号提案《关于设休息点的提案》的答复"
    assert (reply.session, reply.proposal_number, reply.result_class) == ("九届三次会议", "0280", "B")


def test_signers_run_together_are_told_apart_and_a_table_border_is_no_copy() -> None:
    reply = read_reply(pages.LISTED)
    assert reply.signers == ("河湾市民政局", "河湾市商务局")
    assert reply.signed_on == date(2024, 9, 6)
    assert reply.copies == ("市政协提案委(2份)", "市政府督查室")


@pytest.mark.parametrize("title", ["对市政协九届二次会议第5号建议的答复", "对市九届人大二次会议第5号提案的答复"])
def test_a_title_that_mixes_the_houses_is_pointed_out(title: str) -> None:
    reply = read_reply(f"{title}\n何文同志:\n您提出的关于修路的意见收悉,现答复如下:\n已修。")
    assert "kind_mixed" in _codes(reply)
    assert reply.kind is (Kind.PROPOSAL_REPLY if "政协" in title else Kind.SUGGESTION_REPLY)


@pytest.mark.parametrize("name", pages.OTHER_PAPERS)
def test_other_papers_are_refused(name: str) -> None:
    reply = read_reply(pages.OTHER_PAPERS[name])
    assert not reply.is_reply
    assert reply.as_dict()["warnings"]


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("甘小荷等7位代表:", ("甘小荷",)),
        ("白小石等代表:", ("白小石",)),
        ("尊敬的甘荷、白石委员:", ("甘荷", "白石委员")),
        ("甘 荷、白  石代表:", ("甘荷", "白石代表")),
        ("民盟盘锦市委员会、\n农工党盘锦市委员会:", ("民盟盘锦市委员会", "农工党盘锦市委员会")),
    ],
)
def test_addressees_come_in_many_shapes(line: str, names: tuple[str, ...]) -> None:
    page = f"对市政协九届一次会议第7号提案的答复\n{line}\n您提出的提案收悉,现答复如下:\n已办。"
    assert read_reply(page).addressees == names
