"""The letter as one HTML page: all its words in order, nothing to fetch, nothing typed read as markup."""

import re
from html.parser import HTMLParser
from itertools import pairwise

from replies.documents.annexes import Annex, Column, Table
from replies.documents.html import write_html
from replies.documents.layout import template_data
from replies.documents.letter import Letter
from replies.documents.shared import DOCUMENT_FORM, LETTER_FORM
from tests.documents.forms import MATRIX
from tests.documents.generated import generated, text_in_order
from tests.documents.samples import letter, squeezed


class Words(HTMLParser):
    """The words of the body and the tags of the page."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the tag; the words begin with the body."""
        self.tags.append(tag)
        if tag == "body":
            self.words = []

    def handle_data(self, data: str) -> None:
        """Note the words."""
        self.words.append(data)


def read(source: Letter) -> Words:
    words = Words()
    words.feed(write_html(template_data(source)).decode())
    return words


def test_its_words_are_those_of_the_letter_whatever_its_shape() -> None:
    for seed in range(60):
        assert squeezed("".join(read(generated(seed)).words)) == text_in_order(generated(seed)), f"seed {seed}"


def test_its_headings_are_headings_in_steps_of_one() -> None:
    levels = [int(tag[1]) for tag in read(letter()).tags if tag[0] == "h" and tag[1:].isdigit()]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_it_fetches_nothing_and_runs_nothing() -> None:
    page = read(letter(opening='<script>alert(1)</script><img src="x">', title='"><script>'))
    assert not {"script", "img", "link", "iframe"} & set(page.tags)
    assert "<script>alert(1)</script>" in "".join(page.words)


def test_it_prints_on_a4_with_the_margins_of_the_standard() -> None:
    assert "@page { size: A4; margin: 37mm 26mm 35mm 28mm }" in write_html(template_data(letter())).decode()


def test_equal_letters_give_equal_bytes() -> None:
    assert write_html(template_data(letter())) == write_html(template_data(letter()))


def page_of(source: Letter) -> str:
    return write_html(template_data(source)).decode()


def test_an_annex_begins_on_a_page_of_its_own_and_its_table_repeats_its_head() -> None:
    page = page_of(letter(annexes=(Annex("甲", ("段。",), (MATRIX,)), Annex("乙"))))
    words = read(letter(annexes=(Annex("甲", ("段。",), (MATRIX,)), Annex("乙"))))
    assert ".annex { break-before: page }" in page
    assert words.tags.count("section") == 2
    assert words.tags.count("thead") == 1
    assert words.tags.count("th") == len(MATRIX.columns)
    assert words.tags.count("td") == len(MATRIX.columns) * len(MATRIX.rows)
    shares = [float(share) for share in re.findall(r'<col style="width: ([0-9.]+)%">', page)]
    assert shares == [column.share for column in MATRIX.columns]  # they add up to 100
    assert "见答复“一、关于公布检查计划”。<br>计划已公布。" in page


def test_a_long_address_in_a_cell_is_copied_as_it_was_typed() -> None:
    address = "https://www.example.org/a/long/address?number=0123456789"
    assert f"<td>{address}</td>" in page_of(
        letter(annexes=(Annex("表", (), (Table((Column("甲", 1),), ((address,),)),)),))
    )


def test_names_of_annexes_stand_under_the_text() -> None:
    page = page_of(letter(annexes=(Annex("甲"), Annex("乙"))))
    assert page.index("特此答复。") < page.index("附件：1．甲") < page.index(">2．乙<") < page.index("2022年8月18日")


def test_the_document_format_has_one_red_line_and_an_imprint_between_black_ones() -> None:
    page = page_of(letter(form=DOCUMENT_FORM, printed_by="盘锦市司法局办公室"))
    assert page.count('<div class="red"></div>') == 1
    assert page.index("盘司函〔2022〕18号</p>") < page.index('<div class="red">') < page.index("<h1>")
    assert "padding: calc(35mm - .16em) 0 0; border: 0" in page
    assert "border-width: .35mm 0" in page
    assert ".imprint p + p { border-top: .25mm solid }" in page
    assert "<p>盘锦市司法局办公室<span>2022年8月18日印发</span></p>" in page
    assert 'class="imprint"' not in page_of(letter(form=DOCUMENT_FORM, copies=()))


def test_pages_are_numbered_outside_and_only_a_letter_leaves_out_its_first() -> None:
    bare = "@page :first { @bottom-right { content: none } }"
    for form, leaves_out in ((LETTER_FORM, True), (DOCUMENT_FORM, False)):
        page = page_of(letter(form=form))
        assert page.count("counter(page)") == 2
        assert (bare in page) is leaves_out
