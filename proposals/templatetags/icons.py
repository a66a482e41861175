"""The drawings behind ``{% icon %}``: one stroke path per name on a grid of 20 x 20.

Drawn for this portal. A drawing is a path only, so its colour and thickness come from the style sheet.
"""

from __future__ import annotations

from typing import Final

ICON_PATHS: Final[dict[str, str]] = {
    "alert": "M10 3l7.5 13.5h-15zM10 8v4M10 14.2v.1",
    "arrow-down": "M10 3.5v13M5 11.5l5 5 5-5",
    "arrow-up": "M10 16.5v-13M5 8.5l5-5 5 5",
    "bell": "M5 14V9a5 5 0 0 1 10 0v5l1.5 1.5h-13zM8.3 17.7h3.4",
    "building": "M4 17.5v-14h8v14M12 8h4v9.5M2.5 17.5h15M6.5 6.5h3M6.5 9.5h3M6.5 12.5h3",
    "check": "M4 10.5l4 4 8-9",
    "chevron": "M7 4.5l5.5 5.5L7 15.5",
    "chevron-down": "M4.5 7l5.5 5.5L15.5 7",
    "clock": "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15zM10 5.8V10l3 2",
    "close": "M5 5l10 10M15 5L5 15",
    "download": "M10 3v9M6 8.5l4 4 4-4M4 16.5h12",
    "edit": "M12.5 4.5l3 3L7 16H4v-3zM10.8 6.2l3 3",
    "eye": "M2 10c2-3.6 4.7-5.4 8-5.4s6 1.8 8 5.4c-2 3.6-4.7 5.4-8 5.4S4 13.6 2 10z"
    "M10 7.6a2.4 2.4 0 1 0 0 4.8 2.4 2.4 0 0 0 0-4.8z",
    "file": "M5 2.5h6.5L15 6v11.5H5zM11.5 2.5V6H15M7.5 10h5M7.5 13h5",
    "indent": "M3 4.5h14M9.5 10H17M3 15.5h14M3 7.8L5.6 10 3 12.2",
    "info": "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15zM10 9.2v4.6M10 6.2v.1",
    "link": "M8.5 11.5a3 3 0 0 0 4.3 0l2.7-2.7a3 3 0 0 0-4.3-4.3L10 5.7"
    "M11.5 8.5a3 3 0 0 0-4.3 0l-2.7 2.7a3 3 0 0 0 4.3 4.3L10 14.3",
    "lock": "M5 9h10v8H5zM7 9V6.5a3 3 0 0 1 6 0V9",
    "outdent": "M3 4.5h14M9.5 10H17M3 15.5h14M5.6 7.8L3 10l2.6 2.2",
    "plus": "M10 4v12M4 10h12",
    "print": "M6 7V3h8v4M6 14H3.5V7h13v7H14M6 11.5h8V17H6z",
    "search": "M9 3.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM13 13l4 4",
    "send": "M17 3L3 9l5.5 2.5L11 17zM17 3l-8.5 8.5",
    "sign": "M3 17h14M4 13.5C6.5 7 8.5 3 9.6 4"
    "c1.4 1.3-3.4 9-1.6 9 1.3 0 2-3 3.2-3 1 0 .4 2.8 1.6 2.8 1 0 1.6-1 3.2-1.6",
    "trash": "M3.5 5.5h13M8 5.5v-2h4v2M5.5 5.5l.8 11.5h7.4l.8-11.5M8.5 8.5V14M11.5 8.5V14",
    "user": "M10 3a3.2 3.2 0 1 0 0 6.4A3.2 3.2 0 0 0 10 3zM3.5 17c.6-3.6 3-5.2 6.5-5.2s5.9 1.6 6.5 5.2",
}
