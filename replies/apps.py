"""Application ``replies``."""

from django.apps import AppConfig


class RepliesConfig(AppConfig):
    """Registers the models of ``replies`` under their Chinese name, and what its steps tell people."""

    name = "replies"
    verbose_name = "答复"

    def ready(self) -> None:
        """Put the notices of this floor beside those of the ground floor, and look at the key that signs files."""
        from django.core.checks import register as register_check

        from proposals.notice_kinds import register
        from replies.checks import signing_key_works
        from replies.notice_kinds import KINDS_ABOVE

        register(KINDS_ABOVE)
        register_check(signing_key_works, "configuration")
