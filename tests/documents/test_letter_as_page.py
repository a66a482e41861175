"""The letter as one HTML page: all its words in order, nothing to fetch, nothing typed read as markup."""

from html.parser import HTMLParser
from itertools import pairwise

from replies.documents.html import write_html
from replies.documents.layout import template_data
from replies.documents.letter import Letter
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
