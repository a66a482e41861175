"""How letters end: signatures of every kind, dates run together with text, contacts and copies that go on."""

from __future__ import annotations

from datetime import date

import pytest

from replies.structure.imported import ImportedReply
from replies.structure.reading import read_reply

_HEAD = """对市政协九届一次会议第7号提案的答复
何文委员:
您提出的《关于修凉亭的提案》收悉,现答复如下:
凉亭已经修好,可以坐二十人。
"""
_SIGNED = "河湾市园林局\n2023年9月12日\n"


def _letter(tail: str) -> ImportedReply:
    return read_reply(_HEAD + tail)


@pytest.mark.parametrize(
    "name",
    [
        "河湾海关",
        "河湾市气象台",
        "河湾市广播电视台",
        "河湾市中级人民法院",
        "河湾市第二中学",
        "河湾农商银行",
        "河湾市妇女联合会",
        "河湾市妇联",
        "共青团河湾市委",
        "凉亭建设工作专班",
        "河湾市防汛抗旱指挥部",
        "河湾市消防救援支队",
        "河湾港务集团三号码头",
        "河湾市苗圃总场",
    ],
)
def test_a_short_line_above_the_date_signs_whatever_its_ending(name: str) -> None:
    reply = _letter(f"{name}\n2023年9月12日\n")
    assert reply.signers == (name,)
    assert reply.lead == name


@pytest.mark.parametrize("text", ["我们会继续修", "其余凉亭正在修建", "凉亭已经完成"])
def test_a_sentence_without_its_stop_does_not_sign(text: str) -> None:
    assert _letter(f"{text}\n2023年9月12日\n").signers == ()


def test_a_short_line_that_goes_on_from_the_line_above_does_not_sign() -> None:
    reply = read_reply(_HEAD.removesuffix("。\n") + "以及\n河边的三十座石凳\n2023年9月12日\n")
    assert reply.signers == ()


@pytest.mark.parametrize(
    "printed",
    [
        "2023年9月12日星期二",
        "2023年9月12日 (星期二)",
        "二0二三年九月十二日",
        "二○二三年九月十二日",
        "二\u041e二三年九月十二日",
        "二\u039f二三年九月十二日",
        "二◯二三年九月十二日",
        "二〇二三年9月12日",
        "2023年九月十二日",
        "2023年9月12日 |",
    ],
)
def test_a_date_is_read_however_it_is_typed(printed: str) -> None:
    reply = _letter(f"河湾市园林局\n{printed}\n")
    assert reply.signed_on == date(2023, 9, 12)
    assert reply.signers == ("河湾市园林局",)


@pytest.mark.parametrize(
    ("ending", "signers"),
    [
        ("感谢您的关心。 二00七年六月二十七日 |", ()),
        ("明年再修两座。2007年6月27日", ()),
        ("明年再修两座。河湾市园林局 2007年6月27日", ("河湾市园林局",)),
    ],
)
def test_a_date_glued_to_the_last_sentence_is_cut_off(ending: str, signers: tuple[str, ...]) -> None:
    reply = _letter(ending)
    assert (reply.signed_on, reply.signers) == (date(2007, 6, 27), signers)
    assert "".join(reply.body_text().split()).endswith("".join(ending.split()))


def test_a_date_behind_a_sentence_stays_text_when_the_letter_has_a_date_line() -> None:
    reply = _letter(f"工程完工。2022年8月1日\n{_SIGNED}")
    assert reply.signed_on == date(2023, 9, 12)
    assert any("完工。2022年8月1日" in paragraph for one in reply.sections for paragraph in one.paragraphs)


@pytest.mark.parametrize(
    "copies",
    [
        "抄送:市政协提案委、市政府\n督查室、市信访局。",
        "抄送:市政协提案委、\n市政府办公室。",
        "抄送:市政协提案委\n市政府办公室",
        "抄送:市政协提案委,市政府办公室,\n市财政局,市水务局",
    ],
)
def test_a_list_of_copies_may_go_on_in_the_next_line(copies: str) -> None:
    reply = _letter(f"{_SIGNED}{copies}\n")
    assert reply.copies[0] == "市政协提案委"
    assert len(reply.copies) >= 2
    assert "text_after_date" not in {warning.code for warning in reply.warnings}


def test_a_name_broken_in_a_list_of_copies_is_one() -> None:
    assert _letter(f"{_SIGNED}抄送:市政府\n督查室、市信访局。\n").copies == ("市政府督查室", "市信访局")


def test_a_list_of_copies_ends_with_its_stop() -> None:
    assert _letter(f"{_SIGNED}抄送:市政协提案委。\n河湾市文化馆\n").copies == ("市政协提案委",)


@pytest.mark.parametrize(
    ("lines", "person", "phone"),
    [
        ("承办责任人:田一\n承办人及联系电话:麦小二  13900000001", "麦小二", "13900000001"),
        ("承办负责人:田一\n承办人及联系电话:   0427-3000009", "田一", "0427-3000009"),
        ("联系人:麦小二\n联系电话:0427─3000009", "麦小二", "0427─3000009"),
        ("领导署名:田一\n联系人:麦小二\n联系电话:", "麦小二", None),
        ("委员反馈意见:\n联系人:麦小二\n电话:3000009", "麦小二", "3000009"),
    ],
)
def test_contacts_below_the_date(lines: str, person: str, phone: str | None) -> None:
    contact = _letter(f"{_SIGNED}{lines}\n").contact
    assert (contact.person, contact.phone) == (person, phone)


@pytest.mark.parametrize("text", ["扫码登记座位,约好再来。", "相关信息每周五贴在亭子里,请留意看。"])
def test_a_sentence_of_the_letter_that_begins_like_a_footer_stays_in_it(text: str) -> None:
    reply = _letter(
        f"{text}\n{_SIGNED}联系人:麦小二,联系电话:3000009\n抄送:市政协提案委。\n上一篇:别的\n联系电话:999\n"
    )
    assert text in reply.body_text()
    assert (reply.contact.person, reply.copies) == ("麦小二", ("市政协提案委",))


def test_a_footer_without_a_date_above_it_still_ends_the_letter() -> None:
    reply = _letter("感谢您的关心。\n扫一扫在手机打开当前页\n相关信息\n别的答复\n")
    assert "别的答复" not in reply.body_text()


def test_copies_end_where_the_next_label_begins() -> None:
    assert _letter(_SIGNED + "抄送:河湾市政协提案委 联系单位:河湾市园林局\n").copies == ("河湾市政协提案委",)


def test_bodies_parted_by_one_blank_are_several_and_a_spaced_name_is_one() -> None:
    assert _letter(_SIGNED + "抄送:河湾市政府办 河湾市政协提案委\n").copies == ("河湾市政府办", "河湾市政协提案委")
    assert _letter(_SIGNED + "抄送:河 湾 市 园 林 局\n").copies == ("河湾市园林局",)


@pytest.mark.parametrize(
    "last",
    [
        "在此,对您就凉亭提出的意见再次表示感谢,并请继续关注我们的工作。",
        "希望今后对凉亭多提宝贵意见,以便我们改进。",
    ],
)
def test_thanks_and_wishes_of_any_length_close_the_letter(last: str) -> None:
    assert _letter(f"{last}\n{_SIGNED}").closing == (last,)


@pytest.mark.parametrize("above", ["公开属性:主动公开\n", "河园函〔2023〕9号 B类 主动公开\n"])
def test_the_note_on_publicity_may_stand_above_the_letter(above: str) -> None:
    reply = read_reply(above + _HEAD + _SIGNED)
    assert reply.publicity == "主动公开"
    assert reply.signers == ("河湾市园林局",)


def test_a_word_of_the_menu_says_nothing_about_the_letter() -> None:
    assert read_reply("首页\n主动公开\n依申请公开\n" + _HEAD + _SIGNED).publicity is None


@pytest.mark.parametrize(
    ("printed", "signers"),
    [
        ("???????盘锦市司法局", ("盘锦市司法局",)),
        ("？？？盘锦市司法局???", ("盘锦市司法局",)),
        ("盘锦市司法局????盘锦市公安局", ("盘锦市司法局", "盘锦市公安局")),
    ],
)
def test_a_signer_among_lost_characters_is_kept_as_far_as_it_can_be_read_and_warned_of(
    printed: str, signers: tuple[str, ...]
) -> None:
    page = (
        "关于政协九届一次会议第021号提案的答复\n民建盘锦市委员会：\n你们提出的关于推动园区发展的提案收悉，现答复如下：\n"
        f"一、完善制度\n园区已经设站。\n感谢你们的支持。\n{printed}\n2022年8月18日\n"
    )
    found = read_reply(page)
    assert found.signers == signers
    assert "signer_illegible" in [warning.code for warning in found.warnings]
    assert "signer_illegible" not in [one.code for one in read_reply(page.replace(printed, signers[0])).warnings]
