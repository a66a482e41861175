"""Application ``replies``."""

from django.apps import AppConfig


class RepliesConfig(AppConfig):
    """Registers the models of ``replies`` under their Chinese name."""

    name = "replies"
    verbose_name = "答复"
