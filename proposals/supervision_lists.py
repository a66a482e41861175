"""The lists of supervision: their filters."""

from __future__ import annotations

from functools import cache
from typing import Any

import django_filters as filters

from proposals.filters import BOXES, KeyFilter
from proposals.models import Urging


class UrgingFilter(filters.FilterSet):
    """By year, and by the bureau that was urged."""

    year = filters.NumberFilter(label="年份", field_name="year", min_value=2000, max_value=2999)
    bureau = KeyFilter(label="催办单位", field_name="bureaus", empty_label="全部单位")

    class Meta:
        model = Urging
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.filters["bureau"].extra["choices"] = cache(BOXES["bureau"])
