"""What stands above and round the letter: metadata run together, class marks, headlines, spoken lists, refusals."""

from __future__ import annotations

import pytest

from replies.structure.imported import ImportedReply
from replies.structure.outline import walk
from replies.structure.reading import read_reply

_TITLE = "对市政协九届一次会议第7号提案的答复"
_LETTER = "何文委员:\n您提出的《关于修凉亭的提案》收悉,现答复如下:\n"
_SIGNED = "河湾市园林局\n2023年9月12日\n"


def _page(*, above: str = "", title: str = _TITLE, below: str = "", text: str = "已修好。") -> ImportedReply:
    return read_reply(f"{above}\n{title}\n{below}\n{_LETTER}{text}\n{_SIGNED}")


@pytest.mark.parametrize(
    ("row", "field", "value"),
    [
        ("索引号:11B-2023-7 信息所属科室:绿化科", "index_number", "11B-2023-7"),
        ("索引号:11B-2023-7审核部门:绿化科", "index_number", "11B-2023-7"),
        ("发布机构:河湾市园林局 拟稿部门:绿化科", "issuing_body", "河湾市园林局"),
        ("发文字号: | 发文时间:2023-09-09 |", "document_number", None),
        ("发文字号: | 归档时间:2023-09-09 |", "document_number", None),
    ],
)
def test_a_value_of_the_metadata_ends_at_the_next_label_known_or_not(row: str, field: str, value: str | None) -> None:
    assert getattr(_page(above=row).metadata, field) == value


@pytest.mark.parametrize(
    ("line", "grade"),
    [
        ("河园提〔2023〕3号  签发人:麦某  办理结果:A", "A"),
        ("河园提〔2023〕3号 答复类型:B类 签发人:麦某", "B"),
        ("河园提〔202303B1类 同意公开", "B1"),
        ("主题分类:C类", None),
    ],
)
def test_the_class_may_stand_among_other_notes(line: str, grade: str | None) -> None:
    assert _page(below=line).result_class == grade


@pytest.mark.parametrize(
    ("title", "subject"),
    [
        ("对市政协九届一次会议第7号关于“关于多修凉亭的建议”提案的答复", "关于多修凉亭的建议"),
        ("九届一次第7号:关于“关于给凉亭加顶的建议”提案的答复", "关于给凉亭加顶的建议"),
    ],
)
def test_a_title_quoted_within_the_title_is_the_proposals(title: str, subject: str) -> None:
    assert _page(title=title).proposal_title == subject


@pytest.mark.parametrize("subject", ["关于多修几座凉亭的建议", "关于给河边凉亭加顶的提案"])
def test_the_headline_of_the_page_may_be_the_proposals_own_title(subject: str) -> None:
    reply = read_reply(f"{subject}\n发布时间:2023-09-20\n何文委员:\n您的提案收悉,现答复如下:\n已修好。\n{_SIGNED}")
    assert (reply.title, reply.proposal_title) == (subject, subject)


@pytest.mark.parametrize("asked", ["关于“凉亭加顶的建议”", "关于“凉亭加顶”的建议"])
def test_a_quoted_subject_may_hold_its_last_words_or_not(asked: str) -> None:
    reply = read_reply(f"{_TITLE}\n何文委员:您提出的{asked}收悉,现答复如下:已修好。\n{_SIGNED}")
    assert (reply.proposal_title or "").removesuffix("的建议") == "凉亭加顶"


@pytest.mark.parametrize(("printed", "number"), [("第D-013号", "D013"), ("第DH0271号", "DH0271"), ("第013号", "013")])
def test_letters_before_a_number_belong_to_it(printed: str, number: str) -> None:
    assert _page(title=f"对市政协九届一次会议{printed}提案的答复").proposal_number == number


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("一是馆员,二是义工,两班轮换。\n明年再看。", []),
        ("一是请了馆员。每周五天。二是请了义工。每周两天。\n明年再看。", []),
        ("一是请了馆员。每周五天。\n二是请了义工。每周两天。", ["一是", "二是"]),
        ("一是请了馆员,\n每周五天。\n二是请了义工。每周两天。", ["一是", "二是"]),
        ("一是请了馆员。每周五天。", ["一是"]),
    ],
)
def test_first_and_second_within_one_paragraph_are_a_sentence(text: str, marks: list[str]) -> None:
    reply = _page(text=text)
    assert [one.marker for one in walk(reply.sections) if one.marker] == marks


@pytest.mark.parametrize(
    ("text", "cut"), [("名单附后,(具体名单略)。", True), ("见(略)。", True), ("编成游园(攻略)。", False)]
)
def test_a_note_that_something_was_left_out_is_told(text: str, cut: bool) -> None:
    assert ("excerpt" in {warning.code for warning in _page(text=text).warnings}) is cut


@pytest.mark.parametrize(
    "page",
    [
        "关于市民建议加开三路公交的回复\n[字号: ] 2023-05-17 阅读次数:\n近日,有市民建议加开三路公交。现回复如下:\n"
        "三路公交的车辆不足。请市民理解。\n打印 关闭",
        "关于网友反映凉亭漏雨的答复\n来源:园林局\n凉亭漏雨的问题收悉,现答复如下:\n我局已经补好。\n河湾市园林局\n2023年5月1日",
        "2023年建议办理概况\n2023年,市政府收到建议28件,所提建议分为三类:一是财经类20件,二是城建类5件,三是其他3件。"
        "市政府收到这些建议后,交由4个部门承办。",
        "提案办理概况\n全年提案办理工作分为两段,前段交办和后段答复的情况如下:市政府共收到提案30件,均已交办。",
    ],
)
def test_answers_to_citizens_and_yearly_figures_are_refused(page: str) -> None:
    assert not read_reply(page).is_reply


def test_the_letter_is_the_reply_when_the_proposal_is_printed_above_it() -> None:
    page = (
        "关于多修几座凉亭的提案\n案由:河边没有坐处。\n提案人:何文\n建议:\n一、修三座凉亭。\n二、加一排石凳。\n答复内容:\n"
        f"{_TITLE}\n{_LETTER}一、凉亭\n已修两座。\n二、石凳\n已放十张。\n{_SIGNED}"
    )
    reply = read_reply(page)
    assert reply.is_reply
    assert reply.addressees == ("何文委员",)
    assert [one.heading for one in reply.sections] == ["凉亭", "石凳"]
    assert "修三座" not in reply.body_text()


def test_the_proposal_printed_below_the_reply_is_left_out() -> None:
    page = f"{_TITLE}\n{_LETTER}已修两座。\n{_SIGNED}提案原文\n关于多修几座凉亭的提案\n河边没有坐处。建议修三座凉亭。\n"
    reply = read_reply(page)
    assert "没有坐处" not in reply.body_text()
    assert "text_after_date" in {warning.code for warning in reply.warnings}
