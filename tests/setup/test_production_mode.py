"""``PORTAL_MODE=production``: TLS, HSTS, secure cookies; Django's own deployment check finds nothing."""

from tests.setup.processes import PRODUCTION, run, setting


def test_the_deployment_check_has_no_warning() -> None:
    answer = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)

    assert answer.returncode == 0, answer.stderr
    assert "no issues (0 silenced)" in answer.stdout


def test_redis_and_postgresql_come_from_their_addresses_alone() -> None:
    assert setting("DATABASES['default']['ENGINE']", **PRODUCTION) == "django.db.backends.postgresql"
    assert setting("CELERY_BROKER_URL", **PRODUCTION) == PRODUCTION["REDIS_URL"]
    assert setting("CACHES['default']['LOCATION']", **PRODUCTION).endswith("/1")


def test_mail_goes_by_smtp_with_the_values_of_the_address() -> None:
    assert setting("EMAIL_BACKEND", **PRODUCTION).endswith("smtp.EmailBackend")
    assert setting("EMAIL_HOST", **PRODUCTION) == "mail.example"
    assert setting("EMAIL_USE_TLS", **PRODUCTION) == "True"


def test_static_files_carry_a_fingerprint() -> None:
    assert "CompressedManifest" in setting("STORAGES['staticfiles']['BACKEND']", **PRODUCTION)
