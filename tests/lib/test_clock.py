"""The one clock and its telling of another time."""

import threading
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

from panjin_portal.lib import clock


def test_now_is_the_present_moment_in_shanghai() -> None:
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)
    assert clock.now().tzinfo is clock.SHANGHAI


def test_a_day_is_a_shanghai_date_even_when_it_is_still_yesterday_in_london() -> None:
    with clock.at(datetime(2022, 8, 17, 16, 30, tzinfo=UTC)):
        assert clock.today() == date(2022, 8, 18)


def test_a_date_means_nine_in_the_morning() -> None:
    with clock.at(date(2022, 8, 18)):
        assert clock.now() == datetime(2022, 8, 18, 9, 0, tzinfo=clock.SHANGHAI)


def test_a_moment_without_zone_is_shanghai_time() -> None:
    with clock.at(datetime(2022, 8, 18, 23, 59)):  # noqa: DTZ001 - the zone is what is tested
        assert clock.now().isoformat() == "2022-08-18T23:59:00+08:00"


def test_told_times_nest_and_end_even_after_an_error() -> None:
    with clock.at(date(2022, 3, 1)):
        with suppress(RuntimeError), clock.at(date(2023, 3, 1)):
            assert clock.today() == date(2023, 3, 1)
            raise RuntimeError
        assert clock.today() == date(2022, 3, 1)
    assert clock.today() > date(2022, 3, 1)


def test_another_thread_keeps_its_own_time() -> None:
    seen: list[date] = []
    with clock.at(date(1999, 1, 1)):
        thread = threading.Thread(target=lambda: seen.append(clock.today()))
        thread.start()
        thread.join()
    assert seen[0] > date(2020, 1, 1)
