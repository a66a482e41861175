"""Tags and filters: what a lamp, an icon and a date look like in a page."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template, TemplateSyntaxError

from panjin_portal.lib import clock
from proposals.deadlines import Lamp
from proposals.templatetags.marks import LampInfo
from proposals.templatetags.portal_ui import cn_date, iso, iso_minute, lamp_info

TODAY = date(2022, 8, 18)


@dataclass(frozen=True)
class Due:
    due_on: date
    is_provisional: bool = False
    met_at: datetime | None = None


def _render(source: str, **values: object) -> str:
    return Template("{% load portal_ui %}" + source).render(Context(values))


@pytest.mark.parametrize(
    ("due", "words", "shape"),
    [
        (date(2022, 9, 13), "剩 26 天", "<circle"),
        (date(2022, 8, 27), "剩 9 天", "M8 1.5 15"),
        (date(2022, 8, 20), "剩 2 天", "M8 .8 15.2"),
        (date(2022, 8, 18), "今天到期", "M8 .8 15.2"),
        (date(2022, 8, 15), "超期 3 天", "evenodd"),
    ],
)
def test_a_lamp_says_in_words_and_shape_what_its_colour_says(due: date, words: str, shape: str) -> None:
    with clock.at(TODAY):
        html = _render("{% lamp deadline %}", deadline=Due(due))
    assert words in html
    assert shape in html


def test_a_met_deadline_is_done_and_says_how_late_it_was() -> None:
    with clock.at(TODAY):
        late = _render("{% lamp deadline %}", deadline=Due(date(2022, 8, 1), met_at=datetime(2022, 8, 4, tzinfo=UTC)))
        on_time = _render(
            "{% lamp deadline %}", deadline=Due(date(2022, 8, 9), met_at=datetime(2022, 8, 4, tzinfo=UTC))
        )
    assert "已办结（超期 3 天）" in late
    assert "已办结</span>" in on_time


def test_the_day_a_deadline_was_met_is_a_shanghai_day() -> None:
    just_after_midnight = datetime(2022, 8, 3, 16, 5, tzinfo=UTC)
    info = lamp_info(Due(date(2022, 8, 3), met_at=just_after_midnight), TODAY)
    assert info == LampInfo(Lamp.MET, -1, date(2022, 8, 3))


def test_a_provisional_date_is_marked_even_when_the_date_is_not_printed() -> None:
    info = LampInfo(Lamp.GREEN, 40, date(2027, 3, 1), provisional=True)
    assert "暂定" in _render("{% lamp info %}", info=info)
    assert "2027-03-01（暂定）" in _render("{% lamp info show_due=True %}", info=info)


def test_an_icon_is_silent_unless_it_is_given_a_meaning() -> None:
    assert 'aria-hidden="true"' in _render('{% icon "lock" %}')
    assert 'role="img" aria-label="不公开"' in _render('{% icon "lock" label="不公开" %}')


def test_an_icon_nobody_drew_is_an_error() -> None:
    with pytest.raises(TemplateSyntaxError, match="dragon"):
        _render('{% icon "dragon" %}')


def test_dates_are_written_in_shanghai_time_and_nothing_stays_nothing() -> None:
    moment = datetime(2022, 8, 17, 16, 30, tzinfo=UTC)
    assert cn_date(moment) == "2022年8月18日"
    assert iso(moment) == "2022-08-18"
    assert iso_minute(moment) == "2022-08-18 00:30"
    assert (cn_date(date(2022, 8, 18)), iso(date(2022, 8, 18))) == ("2022年8月18日", "2022-08-18")
    assert (cn_date(None), iso(None), iso_minute(None)) == ("", "", "")
