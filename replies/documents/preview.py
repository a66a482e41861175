"""The letter as the house may look at it before it is signed (pure): marked on every page, with the sample of a seal.

Only this structure carries a picture; `Letter`, which is signed, stored and issued, has no place for one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from replies.documents.layout import template_data
from replies.documents.letter import Letter

MARK = "内部预览，不是签发的公文"


@dataclass(frozen=True)
class Preview:
    """A letter and the samples of seals by the name of the body, as PNG."""

    letter: Letter
    samples: Mapping[str, bytes] = field(default_factory=dict)


def preview_data(preview: Preview) -> dict[str, Any]:
    """What the template prints for a preview, as JSON types."""
    samples = {name: list(picture) for name, picture in preview.samples.items()}
    return {**template_data(preview.letter), "preview": MARK, "samples": samples}
