"""Application ``proposals``."""

from django.apps import AppConfig


class ProposalsConfig(AppConfig):
    """Registers the models of ``proposals`` under their Chinese name."""

    name = "proposals"
    verbose_name = "提案"
