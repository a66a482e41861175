"""Settings: everything that differs between two installations comes from the environment (table in the README).

Local mode needs no variable: SQLite, the queue, mails, files and generated keys live in ``var/``; only the loopback
interface is served and no debug page is ever shown. ``PORTAL_MODE=production`` has no defaults.
"""

from pathlib import Path
from typing import Any

import django_stubs_ext
from csp.constants import NONE, SELF

from panjin_portal import queues
from panjin_portal.environment import Environment, next_redis_database

django_stubs_ext.monkeypatch()  # lets generic Django classes name their model: ModelAdmin[Bureau], BaseFormSet[AskForm]

BASE_DIR = Path(__file__).resolve().parent.parent
ENVIRONMENT = Environment()
PRODUCTION = ENVIRONMENT.production

# --- where things are -------------------------------------------------------------------------------------------
VAR_DIR = ENVIRONMENT.folder("VAR_DIR", local=BASE_DIR / "var")
MEDIA_ROOT = ENVIRONMENT.folder("MEDIA_ROOT", local=VAR_DIR / "files")
STATIC_ROOT = ENVIRONMENT.folder("STATIC_ROOT", local=VAR_DIR / "static")
PORT = ENVIRONMENT.number("PORT", local=8000, least=1, most=65535)
PUBLIC_BASE_URL = ENVIRONMENT.base_url("PUBLIC_BASE_URL", local=f"http://127.0.0.1:{PORT}")
EVENT_ANCHOR_FILE = VAR_DIR / "anchors" / "events.log"
FONT_DIRS = ENVIRONMENT.existing_folders("FONT_DIRS")
# The key that signs issued PDF files (docs/letters.md); without one they are not signed.
SIGN_PKCS12 = ENVIRONMENT.file("SIGN_PKCS12")
SIGN_PASSPHRASE = ENVIRONMENT.text("SIGN_PASSPHRASE", local="", may_be_empty=True)
SIGN_TSA_URL = ENVIRONMENT.service_url("SIGN_TSA_URL")
BUNDLE_DAYS = ENVIRONMENT.number("BUNDLE_DAYS", local=30, least=1, most=3650)

# --- identity ---------------------------------------------------------------------------------------------------
SECRET_KEY = ENVIRONMENT.secret("SECRET_KEY", file=VAR_DIR / "secret_key", least=50)
EVENT_KEY = ENVIRONMENT.secret("EVENT_KEY", file=VAR_DIR / "event_key", least=32)
SITE_NAME = ENVIRONMENT.text("SITE_NAME", local="盘锦市政协提案办理门户")
SITE_ID_CODE = ENVIRONMENT.text("SITE_ID_CODE", local="2111000001")
ALLOWED_HOSTS = ENVIRONMENT.words("ALLOWED_HOSTS", local="127.0.0.1,localhost,[::1]")
DEBUG = False

# --- database ---------------------------------------------------------------------------------------------------
DATABASES: dict[str, dict[str, Any]] = {
    "default": ENVIRONMENT.database(
        "DATABASE_URL", local={"ENGINE": "django.db.backends.sqlite3", "NAME": VAR_DIR / "portal.sqlite3"}
    )
}
if DATABASES["default"].get("ENGINE") == "django.db.backends.sqlite3":
    # IMMEDIATE takes the write lock when a transaction opens: a read-then-write never meets "database is locked".
    # The cache is 64 MB a connection: with SQLite's 2 MB a city of many years reads its indexes again for each page.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-64000",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 600  # with a connection goes what it has prepared
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # Compiling statements (JIT) pays for reports of minutes; for ours it took ten times as long as running them.
    # Nor does calling other processes to help (parallel workers). And disks without heads read any page at the price of
    # the next one; told otherwise the planner walks whole tables.
    PLANNER = "-c jit=off -c max_parallel_workers_per_gather=0 -c random_page_cost=1.1"
    OPTIONS = DATABASES["default"].setdefault("OPTIONS", {})
    OPTIONS.setdefault("options", PLANNER)
    DATABASES["default"]["ENGINE"] = "panjin_portal.postgresql"
    if OPTIONS.pop("prepare", "yes") == "yes":
        OPTIONS.update({"server_side_binding": True, "prepare_threshold": 5})
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- queue, schedule, cache -------------------------------------------------------------------------------------
REDIS_URL = ENVIRONMENT.redis_url("REDIS_URL")
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any]
CACHES: dict[str, dict[str, Any]]
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    # max_retries: a person who hands over a task does not wait for a broker that is down; the row and the sweep do.
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 3600,
        "socket_connect_timeout": 2,
        "max_retries": 0,
    }
    # Processes instead of threads: one that dies gives its task back (the row counts how often), one that has grown
    # is replaced.
    CELERY_TASK_REJECT_ON_WORKER_LOST = True
    CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
    CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000  # KB
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": next_redis_database(REDIS_URL),
            "KEY_PREFIX": "portal",
        }
    }
else:
    QUEUE_DIR = VAR_DIR / "queue"
    CELERY_BROKER_URL = "filesystem://localhost"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(QUEUE_DIR / "messages"),
        "data_folder_out": str(QUEUE_DIR / "messages"),
        "control_folder": str(QUEUE_DIR / "control"),
        "polling_interval": 0.1,  # the transport's own second of pause would be felt on every page that waits
    }
    for folder in ("messages", "control"):
        (QUEUE_DIR / folder).mkdir(parents=True, exist_ok=True)
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CELERY_BEAT_SCHEDULE = queues.schedule()
CELERY_TASK_QUEUES = queues.task_queues()
CELERY_TASK_DEFAULT_QUEUE = CELERY_TASK_DEFAULT_ROUTING_KEY = queues.DEFAULT
CELERY_TASK_ROUTES = queues.routes()
CELERY_TASK_ANNOTATIONS = queues.limits()

# --- mail -------------------------------------------------------------------------------------------------------
_mail = ENVIRONMENT.email("EMAIL_URL", local={"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend"})
EMAIL_BACKEND = _mail.get("EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_HOST = _mail.get("EMAIL_HOST") or ""
EMAIL_PORT = _mail.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = _mail.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = _mail.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = bool(_mail.get("EMAIL_USE_TLS"))
EMAIL_USE_SSL = bool(_mail.get("EMAIL_USE_SSL"))
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = ENVIRONMENT.mail_address("DEFAULT_FROM_EMAIL", local="portal@panjin.example")

# --- reminders ---------------------------------------------------------------------------------------------------
OFFICE_HOURS = ENVIRONMENT.hours("OFFICE_HOURS", local="08:00-18:00")
# Addresses of apprise with {address} (of the person) and {message_id} to be filled in; empty: not used.
GATEWAY_URLS = {channel: ENVIRONMENT.gateway(f"{channel.upper()}_URL") for channel in ("wecom", "dingtalk", "sms")}

# --- applications -----------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "panjin_portal.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_filters",
    "django_htmx",
    "axes",
    "csp",
    "proposals",
    "replies",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "panjin_portal.signed_in.SignedInMiddleware",
    "panjin_portal.middleware.PrivateAnswersMiddleware",
    "panjin_portal.middleware.SessionLifeMiddleware",
    "panjin_portal.kept_input.KeptInputMiddleware",
    "panjin_portal.middleware.NewPasswordMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "panjin_portal.led_back.LedBackMiddleware",
    "panjin_portal.refusals.PortalErrorMiddleware",
]
ROOT_URLCONF = "panjin_portal.urls"
WSGI_APPLICATION = "panjin_portal.wsgi.application"
ASGI_APPLICATION = "panjin_portal.asgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "panjin_portal.context.site",
            ],
        },
    }
]

# --- people -----------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "proposals.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
_validators = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"{_validators}.UserAttributeSimilarityValidator"},
    {"NAME": "panjin_portal.lib.passwords.LongEnoughValidator"},
    {"NAME": f"{_validators}.CommonPasswordValidator"},
    {"NAME": f"{_validators}.NumericPasswordValidator"},
    {"NAME": "panjin_portal.lib.passwords.ThreeKindsValidator"},
    {"NAME": "panjin_portal.lib.passwords.AnotherPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "work"
LOGOUT_REDIRECT_URL = "login"
SESSION_IDLE_MINUTES = ENVIRONMENT.number("SESSION_IDLE_MINUTES", local=30, least=5, most=720)
SESSION_COOKIE_AGE = SESSION_IDLE_MINUTES * 60
SESSION_MAX_HOURS = ENVIRONMENT.number("SESSION_MAX_HOURS", local=12, least=1, most=72)
SESSION_ENGINE = "panjin_portal.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "panjin_portal.errors.csrf_failure"
AXES_HANDLER = "axes.handlers.database.AxesDatabaseHandler"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # together: a stranger cannot lock a clerk out from elsewhere
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "panjin_portal.errors.locked_out"
AXES_CLIENT_IP_CALLABLE = "panjin_portal.proxy.address_of"
AXES_VERBOSE = False

# --- language and time ------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

# --- static files and uploads -----------------------------------------------------------------------------------
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
_static_storage = (
    "whitenoise.storage.CompressedManifestStaticFilesStorage"
    if PRODUCTION
    else "django.contrib.staticfiles.storage.StaticFilesStorage"
)
_object_store = ENVIRONMENT.object_store("FILES_URL")
STORAGES = {
    "default": {"BACKEND": "panjin_portal.lib.object_store.ObjectStore", "OPTIONS": _object_store}
    if _object_store
    else {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _static_storage},
}
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = not PRODUCTION
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000
DATA_UPLOAD_MAX_NUMBER_FILES = 500  # an import takes 200 and says so itself when there are more
FILE_UPLOAD_HANDLERS = [
    "panjin_portal.lib.receiving.TotalSizeHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# --- what the browser is told -----------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}
BEHIND_PROXY = PRODUCTION
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if PRODUCTION:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    CSRF_TRUSTED_ORIGINS = [PUBLIC_BASE_URL]

# --- logging: to standard error, without personal data ----------------------------------------------------------
LOG_LEVEL = ENVIRONMENT.choice("LOG_LEVEL", local="INFO", allowed=("DEBUG", "INFO", "WARNING", "ERROR"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"no_tokens": {"()": "panjin_portal.logs.WithoutTokens"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["no_tokens"]}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        # Django's own handlers would mail or print a second copy; axes would write user names and addresses.
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        "axes": {"handlers": [], "level": "ERROR", "propagate": False},
        "celery.app.trace": {"handlers": [], "level": LOG_LEVEL if PRODUCTION else "WARNING", "propagate": True},
    },
}

ENVIRONMENT.finish()
