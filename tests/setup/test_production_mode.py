"""``PORTAL_MODE=production``: TLS, HSTS, secure cookies; Django's own deployment check finds nothing."""

from typing import Any

import pytest

from tests.setup.processes import PRODUCTION, run, settings_of


@pytest.fixture(scope="module")
def production() -> dict[str, Any]:
    """The settings of a production process."""
    return settings_of(**PRODUCTION)


def test_the_deployment_check_has_no_warning() -> None:
    answer = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)

    assert answer.returncode == 0, answer.stderr
    assert "no issues (0 silenced)" in answer.stdout


def test_redis_and_postgresql_come_from_their_addresses_alone(production: dict[str, Any]) -> None:
    assert production["DATABASES"]["default"]["ENGINE"] == "panjin_portal.postgresql"
    assert production["DATABASES"]["default"]["OPTIONS"]["prepare_threshold"] == 5
    assert production["DATABASES"]["default"]["OPTIONS"]["options"].startswith("-c jit=off ")
    assert production["CELERY_BROKER_URL"] == PRODUCTION["REDIS_URL"]
    assert production["CACHES"]["default"]["LOCATION"].endswith("/1")


def test_mail_goes_by_smtp_with_the_values_of_the_address(production: dict[str, Any]) -> None:
    assert production["EMAIL_BACKEND"].endswith("smtp.EmailBackend")
    assert production["EMAIL_HOST"] == "mail.example"
    assert production["EMAIL_USE_TLS"] is True


def test_static_files_carry_a_fingerprint(production: dict[str, Any]) -> None:
    assert "CompressedManifest" in production["STORAGES"]["staticfiles"]["BACKEND"]


def test_no_debug_page_is_ever_shown(production: dict[str, Any]) -> None:
    assert production["DEBUG"] is False
