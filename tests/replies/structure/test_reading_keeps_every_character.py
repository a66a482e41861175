"""No text, however odd, makes the reader fail or lose a character of the letter."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from replies.structure.markup import printed
from replies.structure.reading import read_reply

_TITLE = "对市政协九届一次会议关于湿地保护(第005号)提案的答复"
_SALUTATION = "民建盘锦市委员会:"
_DATE = "2022年8月18日"
_FRAGMENTS = st.sampled_from(
    [
        "一、总体情况",
        "1.规范执法。今年已培训两次。",
        "（二）下一步打算",
        "下一步，我们将继续努力。",
        "特此答复。",
        "感谢您的关心！",
        "联系人:张三 联系电话:0427-2820000",
        "抄送:市政协提案委",
        "盘锦市司法局",
        "盘锦市司法局 盘锦市公安局",
        "二〇二二年八月十八日",
        "2022年8月18日",
        "2023912",
        "A类",
        "C",
        "(此件公开发布)",
        "上一篇:关于教育的答复",
        "来源:市政府",
        "发布日期:2023-08-03",
        "索 引 号: | abc-1 |",
        "附件:征询意见表",
        "现答复如下:一、甲",
        "李四委员:您提出的建议收悉,现答复如下:",
        "首页 > 政务公开 > 2023年",
        "关于道路的建议的答复",
        "一是加强培训。今年办了四期。",
        "二是公开清单。",
        "三、我局已经完成,",
        "这一句话写到这里还没有写完就被网页切成了两行,后半句在下一行的开头",
        "(略)",
        "<!--EndFragment-->",
        "<!--[if !supportLists]-->四、<!--[endif]-->结语",
        "第一段<br/>第二段&nbsp;完。",
        "| 甲 | 乙 |",
        "| 关于道路的建议的答复 | 2023 |",
        "| 李四委员:您提出的建议收悉,现答复如下: | 甲 |",
        "|",
        "您好!",
        "办复类别:A类",
        "联系单位及电话:市教育局 0427-2820000",
        "2022年8月  日",
        "领导签批:谢某",
        "此致",
        "发布时间:2024-10-25 11:47来源:市政府",
        "盘司函〔2022〕5号(A类)",
        "答  复",
        "　　",
        "",
    ]
)
_LINES = _FRAGMENTS | st.text(max_size=40)
_BODIES = st.lists(_LINES, max_size=14).map("\n".join)


def _visible(text: str) -> str:
    """What a browser prints of a text, without white space."""
    return "".join(printed(text).text.split())


@settings(max_examples=2000, deadline=None)
@given(_BODIES)
@example("2022年8月18日")
@example("上一篇:关于教育的答复\n盘锦市司法局")
def test_everything_between_addressee_and_date_comes_out_in_order(body: str) -> None:
    letter = f"{_SALUTATION}\n{body}\n盘锦市司法局\n{_DATE}"
    reply = read_reply(f"首页 > 政务公开 > 2023年\n{_TITLE}\n{letter}")
    assert _visible(reply.body_text()) == _visible(letter)


@settings(max_examples=2000, deadline=None)
@given(st.text(max_size=400) | _BODIES)
def test_any_string_is_read_without_an_exception(text: str) -> None:
    reply = read_reply(text)
    assert set(reply.as_dict()) >= {"is_reply", "warnings"}
    assert _is_subsequence(_visible(reply.body_text()), _visible(text))


@settings(max_examples=200, deadline=None)
@given(_BODIES)
def test_a_letter_that_was_read_reads_the_same_again(body: str) -> None:
    once = read_reply(f"{_TITLE}\n{_SALUTATION}\n{body}\n盘锦市司法局\n{_DATE}")
    again = read_reply(f"{_TITLE}\n{once.body_text()}")
    assert (again.sections, again.signers, again.signed_on) == (once.sections, once.signers, once.signed_on)


def _is_subsequence(part: str, whole: str) -> bool:
    characters = iter(whole)
    return all(character in characters for character in part)
