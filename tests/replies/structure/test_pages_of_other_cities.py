"""What sites of other cities print differently: the day of publication, co-handlers, short names, one-cell pages.

Every sentence is made up here; the shapes are those of real pages.
"""

from __future__ import annotations

from datetime import date

import pytest

from replies.structure.reading import read_reply

LETTER = """许静委员:
您提出的《关于疏浚南河的提案》收悉,现答复如下:
南河已经列入计划。
感谢您的关心!
滨河区水务局
2024年4月2日
"""
TITLE = "关于区政协六届三次会议第031号提案的答复\n"


@pytest.mark.parametrize(
    "byline",
    [
        "2024-04-08 来源:区水务局",
        "2024年04月08日 15:15\n来源:办公室",
        "日期:2024-04-08 10:35 字号:",
        "时间:2024-04-08 浏览:次 作者:办公室",
        "【信息来源: 信息时间:2024-04-08 阅读次数:】",
        "日期\n2024-04-08",
        "来源:经研中心   2024-04-08\n浏览量:1",
        "• 区水务局\n• 2024-04-08 18:08",
    ],
)
def test_the_day_of_publication_is_found_under_other_names(byline: str) -> None:
    assert read_reply(f"{TITLE}{byline}\n{LETTER}").metadata.published_on == date(2024, 4, 8)


def test_the_byline_below_the_first_of_two_titles_counts() -> None:
    page = f"{TITLE}来源:经研中心   2024-04-08\n浏览量:1\n{TITLE}{LETTER}"
    assert read_reply(page).metadata.published_on == date(2024, 4, 8)


@pytest.mark.parametrize(
    "byline", ["2024-08-01 10:20:30", "2024年08月01日星期四", "日期: 【字号:大 中", "时间:上午九点", "第2024-04-08批"]
)
def test_what_is_no_day_of_publication_fills_none(byline: str) -> None:
    assert read_reply(f"{byline}\n{TITLE}{LETTER}").metadata.published_on is None


def test_a_label_that_says_published_is_believed_before_a_bare_one() -> None:
    page = f"时间:2024-05-01\n发布日期:2024-04-08\n{TITLE}{LETTER}"
    assert read_reply(page).metadata.published_on == date(2024, 4, 8)


@pytest.mark.parametrize(
    ("opening", "co_handlers"),
    [
        (
            "由我部会同财政部、工业和信息化部、人民银行、国家林草局办理。",
            ("财政部", "工业和信息化部", "人民银行", "国家林草局"),
        ),
        ("由我部会同省发改委、财政部办理。", ("省发改委", "财政部")),
        ("我委会同省住建厅、省委外办等部门进行了研究,", ("省住建厅", "省委外办")),
        ("我局认真研究,也商请了市政府政务服务和资源交易中心提出意见。", ("市政府政务服务和资源交易中心",)),
        ("我局会同市政府督查室、市公安局交警支队实地查看,", ("市政府督查室", "市公安局交警支队")),
        ("市政协交由科技部、商务部、海关总署和我委分别办理,", ("科技部", "商务部", "海关总署")),
        ("经商财政部、中国银保监会、水利部,", ("财政部", "中国银保监会", "水利部")),
        ("区工信局、商务局、住建局等部门将各尽其责,", ()),
        ("办理中征求了委员对办理结果的意见,", ()),
        ("我局联合全部干部逐户走访,", ()),
    ],
)
def test_co_handlers_are_named_whole_and_nothing_else_is(opening: str, co_handlers: tuple[str, ...]) -> None:
    page = (
        f"{TITLE}许静委员:\n您提出的《关于疏浚南河的提案》收悉,{opening}现答复如下:\n南河已经列入计划。\n2024年4月2日\n"
    )
    assert read_reply(page).co_handlers == co_handlers


def test_a_short_name_is_no_title() -> None:
    page = (
        "关于区人大六届三次会议第31号建议的答复\n许静代表:\n您提出的“关于在南街口增设站点的建议”(以下简称《建议》)已交我局,"
        "收到您的《建议》后我局专门研究,现答复如下:\n站点已经增设。\n"
    )
    assert read_reply(page).proposal_title == "关于在南街口增设站点的建议"


def test_a_footnote_behind_the_date_and_a_round_zero_do_not_hide_it() -> None:
    reply = read_reply(TITLE + LETTER.replace("2024年4月2日", "二ΟΟ七年五月二十四日[1]") + "免责声明:本文仅供参考。\n")
    assert (reply.signed_on, reply.signers) == (date(2007, 5, 24), ("滨河区水务局",))


def test_date_and_contact_at_the_end_of_the_only_paragraph_are_told_apart() -> None:
    reply = read_reply(
        "许静、何文 委员: 你们提出的《关于疏浚南河的提案》,已交由我们办理,现答复如下: 南河已经列入计划。"
        " 再次感谢你们的支持! 2024年4月2日 (联系人及电话:郑辉 0427-3000001)\n"
    )
    assert reply.signed_on == date(2024, 4, 2)
    assert (reply.contact.person, reply.contact.phone) == ("郑辉", "0427-3000001")
    assert reply.body_text().count("南河已经列入计划。") == 1


def test_a_path_of_slashes_a_class_in_front_and_a_subject_that_is_handled_are_read() -> None:
    reply = read_reply(
        "首页/ 专题专栏/ 提案回复/ 正文\n(A)类\n河交函〔2023〕34号\n"
        "关于对政协河湾县第十届委员会第二次会议\n第14号提案的复函\n"
        "许静委员:\n现将您提出的关于养护乡村道路的提案办理情况答复如下:\n南路段已经修好。\n河湾县交通运输局\n2023年10月16日\n"
    )
    assert reply.metadata.breadcrumb == ("首页", "专题专栏", "提案回复", "正文")
    assert (reply.result_class, reply.proposal_title) == ("A", "关于养护乡村道路")


def test_a_reply_to_nobody_by_name_is_still_a_reply_below_a_note_and_a_day() -> None:
    reply = read_reply(
        "打印\n六届四次第109号代表建议的答复\n主动公开\n2024.11.29\n许静代表提出的“关于协同清理河滩”的建议。经现场核查,"
        "我局与区水务局多次对接,相关问题已经解决。\n"
    )
    assert reply.is_reply
    assert (reply.publicity, reply.signed_on) == ("主动公开", None)
    assert (reply.proposal_number, reply.proposal_title) == ("109", "关于协同清理河滩")
    assert "多次对接" in reply.body_text()


def test_a_page_taken_over_keeps_the_day_the_first_site_published_it() -> None:
    page = (
        f"某某资讯网 发布时间: 2024年04月19日 08:26\n发布日期\n2024年04月08日\n{TITLE}发布时间:2024年04月19日\n{LETTER}"
    )
    assert read_reply(page).metadata.published_on == date(2024, 4, 8)


def test_a_contact_behind_the_date_is_told_apart_without_brackets_too() -> None:
    reply = read_reply(
        f"当前位置 :首页>提案 |\n{TITLE}许静委员: 您提出的《关于疏浚南河的提案》收悉,现答复如下: 南河已经列入计划。\n"
        "2024年5月6日 承办单位联系人姓名及电话:郑辉0427-3000001 |\n版权所有:某局\n"
    )
    assert reply.metadata.breadcrumb == ("首页", "提案")
    assert reply.signed_on == date(2024, 5, 6)
    assert (reply.contact.person, reply.contact.phone) == ("郑辉", "0427-3000001")


def test_a_long_sentence_to_the_proposer_is_no_heading_though_text_stands_below_it() -> None:
    reply = read_reply(
        f"{TITLE}许静委员:\n您提出的《关于疏浚南河的提案》收悉,现答复如下:\n"
        "一、您提出的疏浚南河的建议我们十分赞成,鉴于南河的历史地位和现实作用,我们多年来一直对沿河的旧闸保持着研究与关注,也收集了相当数量的资料。\n"
        "疏浚是一项涵盖面广的工作,要分三步去做。\n"
        "二、您提出的修复旧闸的建议很好。我们将继续努力。\n滨河区水务局\n2024年4月2日\n"
    )
    assert [section.heading for section in reply.sections] == [""]
    assert reply.sections[0].paragraphs[0].startswith("一、您提出的")


def test_bullets_above_glued_labels_belong_to_them() -> None:
    page = f"-\n索引号20240913-172433-866\n-\n发布机构滨河区政府办\n-\n文号\n-\n发布日期2024-04-08\n{TITLE}{LETTER}"
    metadata = read_reply(page).metadata
    assert (metadata.index_number, metadata.issuing_body) == ("20240913-172433-866", "滨河区政府办")
    assert (metadata.document_number, metadata.published_on) == (None, date(2024, 4, 8))


@pytest.mark.parametrize(
    ("line", "person", "phone"),
    [
        ("联系单位及电话：滨河区水务局 郑辉 2827788", "郑辉", "2827788"),
        ("联系电话：0427-2810022（郑辉）", "郑辉", "0427-2810022"),
        ("联系单位及电话：滨河区水务局 2827788", None, "2827788"),
    ],
)
def test_a_contact_is_read_where_only_its_place_says_who_it_is(line: str, person: str | None, phone: str) -> None:
    contact = read_reply(f"{TITLE}{LETTER}{line}\n").contact
    assert (contact.person, contact.phone) == (person, phone)


def test_the_clock_of_a_page_is_no_step_of_its_path() -> None:
    page = f"当前位置：首页 > 建议提案 今天是2024年5月6日 星期一 12:30:11\n{TITLE}{LETTER}"
    assert read_reply(page).metadata.breadcrumb == ("首页", "建议提案")


@pytest.mark.parametrize(
    ("above", "below", "warns"),
    [
        ("推进蟹稻种养", "推进稻蟹种养", True),
        ("疏浚南河", "疏浚南河", False),
        ("疏浚、清淤南河", "疏浚清淤南河", False),
    ],
)
def test_a_name_that_differs_between_title_and_opening_is_pointed_out(above: str, below: str, warns: bool) -> None:
    page = f"关于区政协六届三次会议《关于{above}的提案》（第31号）的答复\n" + LETTER.replace("疏浚南河", below)
    codes = {warning.code for warning in read_reply(page).warnings}
    assert ("title_differs" in codes) is warns
