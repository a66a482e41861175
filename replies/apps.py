"""Application ``replies``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from proposals.services.printing import Kind


class RepliesConfig(AppConfig):
    """Registers the models of ``replies`` under their Chinese name, its notices, and what no font of its can print."""

    name = "replies"
    verbose_name = "答复"

    def ready(self) -> None:
        """Put the notices of this floor beside those of the ground floor, and look at the key that signs files."""
        from django.core.checks import register as register_check

        from proposals.notice_kinds import register
        from proposals.services.printing import register as register_printing
        from replies.checks import signing_key_works
        from replies.notice_kinds import KINDS_ABOVE

        register(KINDS_ABOVE)
        register_printing(_cannot_be_printed)
        register_check(signing_key_works, "configuration")


def _cannot_be_printed(kind: Kind, place: str, text: str) -> str:
    # Imported here: most commands print nothing, and need not wait for the typesetter to load.
    from replies.services.glyphs import fault_of_piece

    return fault_of_piece(kind, place, text)
