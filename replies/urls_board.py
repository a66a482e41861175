"""Addresses of the lamp board."""

from django.urls import URLPattern, URLResolver, path

from replies.views import board, board_calendar

urlpatterns: list[URLPattern | URLResolver] = [
    path("board/", board.board, name="board"),
    path("board/live/", board.board_live, name="board-live"),
    path("board/export/", board.board_export, name="board-export"),
    path("board/calendar/", board_calendar.board_calendar, name="board-calendar"),
]
