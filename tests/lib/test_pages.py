"""Paging by key over real tables, forwards and backwards."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core import signing
from django.db import connection
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.db.models.functions import Length
from django.test.utils import CaptureQueriesContext

from panjin_portal.lib.pages import KeyPage, page_by_key
from proposals.models import User

pytestmark = pytest.mark.django_db

GROUP_ORDERS = [
    ("id",),
    ("-id",),
    ("pk",),
    ("name",),
    ("-name",),
    ("size", "-name"),
    ("-size",),
    ("rank",),
    ("-rank", "-id"),
    ("-rank", "size", "name"),
]


def _groups() -> QuerySet[Group]:
    """Nine groups with equal sizes among them and no rank for some."""
    Group.objects.all().delete()
    Group.objects.bulk_create(Group(name=letter * (at % 3 + 1)) for at, letter in enumerate("cgaeibhdf"))
    rank = Case(
        When(name__startswith="a", then=Value(2)),
        When(name__startswith="e", then=Value(1)),
        When(name__startswith="h", then=Value(2)),
        output_field=IntegerField(null=True),
    )
    return Group.objects.annotate(size=Length("name"), rank=rank)


def _in_order(rows: QuerySet[Any], order: tuple[str, ...]) -> list[Any]:
    """All rows, sorted by hand: empty values last, the primary key in the direction of the last column."""
    result = sorted(rows, key=lambda row: row.pk, reverse=order[-1].startswith("-"))
    for name in reversed(order):
        field = name.removeprefix("-")
        filled = [row for row in result if getattr(row, field) is not None]
        filled.sort(key=lambda row: getattr(row, field), reverse=name.startswith("-"))
        result = filled + [row for row in result if getattr(row, field) is None]
    return result


def _pages(rows: QuerySet[Any], order: tuple[str, ...], size: int) -> list[KeyPage[Any]]:
    pages = [page_by_key(rows, order=order, key=None, size=size)]
    while pages[-1].next_key:
        pages.append(page_by_key(rows, order=order, key=pages[-1].next_key, size=size))
    return pages


@pytest.mark.parametrize("order", GROUP_ORDERS)
@pytest.mark.parametrize("size", [1, 2, 3, 9, 10])
def test_every_row_is_met_once_in_order_forwards(order: tuple[str, ...], size: int) -> None:
    rows = _groups()
    met = [row for page in _pages(rows, order, size) for row in page.items]
    assert met == _in_order(rows, order)


@pytest.mark.parametrize("order", GROUP_ORDERS)
@pytest.mark.parametrize("size", [1, 2, 3])
def test_going_back_shows_the_same_pages_again(order: tuple[str, ...], size: int) -> None:
    rows = _groups()
    pages = _pages(rows, order, size)
    page = pages[-1]
    for expected in reversed(pages[:-1]):
        assert page.previous_key
        page = page_by_key(rows, order=order, key=page.previous_key, size=size)
        assert page.items == expected.items
        assert page_by_key(rows, order=order, key=page.next_key, size=size).items
    assert page.previous_key is None


@pytest.mark.parametrize("order", [("last_login",), ("-last_login", "username"), ("-date_joined", "last_login")])
def test_moments_and_empty_columns_page_like_any_other(order: tuple[str, ...]) -> None:
    start = datetime(2022, 8, 18, 1, 2, 3, 456789, tzinfo=UTC)
    User.objects.all().delete()
    for number in range(8):
        moment = start + timedelta(microseconds=number // 2)
        User.objects.create(
            username=f"u{7 - number}",
            display_name=f"用户{number}",
            date_joined=moment,
            last_login=moment if number % 3 else None,
        )
    rows = User.objects.all()
    assert [row for page in _pages(rows, order, 2) for row in page.items] == _in_order(rows, order)


def test_a_column_said_to_be_filled_is_ordered_without_a_word_about_empty_values() -> None:
    User.objects.all().delete()
    for number in range(5):
        moment = datetime(2022, 8, 18, number, tzinfo=UTC)
        User.objects.create(username=f"u{number}", display_name=f"用户{number}", last_login=moment)
    rows, order = User.objects.all(), ("-last_login",)
    with CaptureQueriesContext(connection) as asked:
        first = page_by_key(rows, order=order, key=None, size=2, filled={"last_login"})
        second = page_by_key(rows, order=order, key=first.next_key, size=2, filled={"last_login"})
    assert [row.username for row in (*first.items, *second.items)] == ["u4", "u3", "u2", "u1"]
    assert "NULL" not in "".join(query["sql"].partition("ORDER BY")[2] for query in asked)


def test_related_columns_page_too() -> None:
    rows = Permission.objects.select_related("content_type")
    order = ("content_type__model", "-codename")
    met = [row for page in _pages(rows, order, 7) for row in page.items]
    assert len(met) == len({row.pk for row in met}) == rows.count() > 14
    assert [row.content_type.model for row in met] == sorted(row.content_type.model for row in met)


def test_rows_that_come_and_go_shift_nothing() -> None:
    rows = _groups()
    first = page_by_key(rows, order=("name",), key=None, size=3)
    Group.objects.create(name="aa-new")
    first.items[-1].delete()
    second = page_by_key(rows, order=("name",), key=first.next_key, size=3)
    assert [row.name[0] for row in second.items] == ["d", "e", "f"]


def test_going_back_to_a_start_that_shrank_shows_a_full_first_page() -> None:
    rows = _groups()
    first, second, *_ = _pages(rows, ("name",), 3)
    first.items[0].delete()
    page = page_by_key(rows, order=("name",), key=second.previous_key, size=3)
    assert [row.name[0] for row in page.items] == ["b", "c", "d"]
    assert page.previous_key is None


def test_a_page_whose_rows_are_all_gone_is_the_first_page() -> None:
    rows = _groups()
    pages = _pages(rows, ("name",), 4)
    pages[-1].items[0].delete()
    page = page_by_key(rows, order=("name",), key=pages[-2].next_key, size=4)
    assert page.items == pages[0].items


def test_an_empty_table_is_one_empty_page() -> None:
    assert page_by_key(Group.objects.none(), order=("name",), key=None, size=5) == KeyPage([], None, None)


def test_a_broken_or_foreign_key_gives_the_first_page() -> None:
    rows = _groups()
    first = page_by_key(rows, order=("name",), key=None, size=3)
    assert first.next_key
    by_other_order = page_by_key(rows, order=("-name",), key=None, size=3).next_key
    of_other_list = page_by_key(Permission.objects.all(), order=("name",), key=None, size=3).next_key
    assert by_other_order
    assert of_other_list
    bad_keys = [
        "", "x", "第二页", "\x00", "a:b:c", first.next_key[:-1], "x" + first.next_key, by_other_order, of_other_list,
        "y" * 100_000, signing.dumps(["auth.group:name", "n", ["c", 1]]),
    ]  # fmt: skip
    for key in bad_keys:
        assert page_by_key(rows, order=("name",), key=key, size=3) == first


def test_a_page_costs_one_query_wherever_it_lies_and_names_no_offset() -> None:
    rows = _groups()
    key = _pages(rows, ("-size", "name"), 2)[-2].next_key
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page_by_key(rows, order=("-size", "name"), key=key, size=2)
    assert len(queries) == 1
    assert "OFFSET" not in queries[0]["sql"].upper()


def test_a_page_without_rows_cannot_be_asked_for() -> None:
    with pytest.raises(ValueError, match="at least one"):
        page_by_key(Group.objects.all(), order=("id",), key=None, size=0)


@pytest.mark.parametrize("order", GROUP_ORDERS)
def test_rows_read_by_their_keys_stand_in_the_same_order(order: tuple[str, ...]) -> None:
    rows = _groups()
    asked: list[list[int]] = []

    def read(keys: list[int]) -> list[Any]:
        asked.append(keys)
        return sorted(rows.filter(pk__in=keys), key=lambda row: -row.pk)

    key: str | None = None
    met: list[Any] = []
    while page := page_by_key(rows, order=order, key=key, size=4, read=read, count_up_to=6):
        met += page.items
        assert page.total in ((7, None) if key is None else (None,))  # nine, which is more than six
        key = page.next_key
        if key is None:
            break
    assert met == _in_order(rows, order)
    assert max(map(len, asked)) == 4
    back = page_by_key(rows, order=order, key=page.previous_key, size=4, read=read)
    assert back.items == met[4:8]


def test_the_first_page_tells_how_many_rows_there_are() -> None:
    rows = _groups()

    def read(keys: list[int]) -> QuerySet[Any]:
        return rows.filter(pk__in=keys)

    def total(among: QuerySet[Any], up_to: int) -> int | None:
        return page_by_key(among, order=("-id",), key=None, size=4, read=read, count_up_to=up_to).total

    assert (total(rows, 9), total(rows, 8), total(rows.none(), 9), total(rows, 0)) == (9, 9, 0, None)
    assert page_by_key(rows, order=("-id",), key=None, size=4).total is None


def test_a_row_that_went_meanwhile_does_not_hide_the_next_page() -> None:
    rows = _groups()
    page = page_by_key(rows, order=("-id",), key=None, size=4, read=lambda keys: rows.filter(pk__in=keys[1:]))
    assert (len(page.items), page.next_key is not None) == (3, True)
