"""Settings of every shape of the site: a demo on a laptop, one server, many servers.

What differs between them comes from the environment (docs/configuration.md lists all of it). Without SECRET_KEY
the site is a demo: it makes its own keys, allows the simulated bank and prints its sign-ins.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from config import env
from config.caching import caches_of
from config.keeping import *  # noqa: F403
from config.keys import demo_key
from config.logging import logging_of
from config.messages import *  # noqa: F403
from config.money import *  # noqa: F403
from config.policies import admin_policy, public_policy

BASE_DIR = Path(__file__).resolve().parent.parent

# --- Which shape ------------------------------------------------------------------------------------------------
DEMO = env.flag("DEMO", not env.is_set("SECRET_KEY"))
DEBUG = env.flag("DEBUG", False)
DATA_DIR = env.folder("DATA_DIR", BASE_DIR / "var")
DATA_DIR.mkdir(parents=True, exist_ok=True)
HOST = env.text("HOST", "127.0.0.1")
PORT = env.number("PORT", 8000, least=1, most=65535)
WEB_WORKERS = env.number("WEB_WORKERS", 2, least=1, most=64)
SITE_URL = env.address("SITE_URL", f"http://localhost:{PORT}")
ID_BASE_URL = env.address("ID_BASE_URL", SITE_URL)
HTTPS = SITE_URL.startswith("https://")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ("localhost", "127.0.0.1", "[::1]", urlsplit(SITE_URL).hostname or ""))

# --- Secrets ----------------------------------------------------------------------------------------------------
SECRET_KEY = env.text("SECRET_KEY") or (demo_key(DATA_DIR / "keys", "secret_key") if DEMO else "")
if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY is missing. Set it (50 random characters), or DEMO=1 to try the site.")
PAYMENTS_ALLOW_SIMULATED = env.flag("PAYMENTS_ALLOW_SIMULATED", DEMO)
SIMULATED_BANK_SECRET = env.text("SIMULATED_BANK_SECRET") or (
    demo_key(DATA_DIR / "keys", "simulated_bank_secret") if DEMO else ""
)

# --- Rules that the operator sets (of money: config/money.py; of data and questions: config/keeping.py) -------------
OUTBOX_SENDER = env.choice("OUTBOX_SENDER", "console" if DEBUG else "file", among=("console", "file", "carriers"))
PAGES_KEPT_SECONDS = env.number("PAGES_KEPT_SECONDS", 60, least=0, most=3600)  # public pages, for who has no cookie
READS_PER_MINUTE = env.number("READS_PER_MINUTE", 120)  # of costly public answers, for one address; 0: no limit
STAFF_MFA_REQUIRED = env.flag("STAFF_MFA_REQUIRED", not DEMO)
TLOG_KEYS_DIR = env.folder("TLOG_KEYS_DIR", DATA_DIR / "keys")  # private keys that sign the log's checkpoints

# --- The house --------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "config",
    "cms",
    "marketplace",
    "traceability",
    "community",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.simple_translation",
    "wagtail.embeds",
    "wagtail.sites",
    "community.accounts.admin_apps.PeopleInAdmin",  # wagtail.users, with our people in it
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail.locales",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "huey.contrib.djhuey",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.humanize",  # a tag of allauth's passkey page
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.policies.ContentPolicyMiddleware",
    "traceability.passport.shortcut.StoredPassportMiddleware",  # a scan needs nothing of what follows
    "config.compression.TextCompressionMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.searchable.SearchableMiddleware",
    "config.languages.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "community.accounts.middleware.StaffSecondFactor",
    "cms.redirecting.LanguageRedirectMiddleware",
    "config.refusals.NulMiddleware",
]
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
                "cms.context_processors.frame",
                "marketplace.shopping.context.basket_count",
            ],
            "builtins": ["community.templatetags.for_whom"],
        },
    },
]

# --- Data -------------------------------------------------------------------------------------------------------
SQLITE: dict[str, Any] = {
    "ENGINE": "config.gated_sqlite",
    "NAME": DATA_DIR / "db.sqlite3",
    "CONN_MAX_AGE": 600,  # opening the file and reading its schema takes ten times as long as answering a scan
    "OPTIONS": {
        "timeout": 20,
        # IMMEDIATE takes the write lock when a transaction starts; with DEFERRED two readers that both want to
        # write would fail at once with "database is locked", whatever the timeout.
        "transaction_mode": "IMMEDIATE",
        # 16 MB of pages a connection: with SQLite's 2 MB a search among 100,000 goods read the file for every card.
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-16384;"
        ),
    },
    "TEST": {"NAME": str(DATA_DIR / "test.sqlite3")},  # a file, so that threads of race tests share it
}
POSTGRES = env.database("DATABASE_URL")
if POSTGRES:
    POSTGRES |= {"CONN_MAX_AGE": env.number("CONN_MAX_AGE", 60), "CONN_HEALTH_CHECKS": True}
    if POSTGRES["CONN_MAX_AGE"]:  # who keeps no connections (a pooler does) keeps no prepared statements either
        POSTGRES.setdefault("OPTIONS", {}).setdefault("prepare_threshold", 5)
    INSTALLED_APPS.append("django.contrib.postgres")
DATABASES = {"default": POSTGRES or SQLITE}

REDIS_URL = env.text("REDIS_URL")
CACHES: dict[str, Any] = caches_of(REDIS_URL)
# Jobs may be lost or run twice (Huey takes a job off the queue before running it): facts live in our own tables
# and periodic tasks sweep what is due.
HUEY: dict[str, Any] = {
    "name": "chonguon",
    "immediate": False,
    "consumer": {"workers": 2, "worker_type": "thread"},
    **(
        {"huey_class": "huey.PriorityRedisHuey", "url": REDIS_URL}
        if REDIS_URL
        else {"huey_class": "huey.SqliteHuey", "filename": str(DATA_DIR / "queue.sqlite3"), "fsync": True}
    ),
}
TASKS = {
    "default": {
        "BACKEND": "huey.contrib.djhuey.tasks_backend.HueyBackend",
        "QUEUES": [],
        "ENQUEUE_ON_COMMIT": True,
    }
}

MEDIA_BASE = DATA_DIR / "media" if env.is_set("DATA_DIR") else BASE_DIR / "media"
MEDIA_ROOT = MEDIA_BASE / "public"
MEDIA_URL = "/media/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# `collectstatic` is a step of deployment only: without its manifest the files are served from where they lie.
STATIC_COLLECTED = (STATIC_ROOT / "staticfiles.json").exists() or sys.argv[1:2] == ["collectstatic"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": MEDIA_BASE / "private", "base_url": None, "file_permissions_mode": 0o600},
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not STATIC_COLLECTED
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 0 if DEBUG else 300
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # Wagtail's page editor needs more than Django's 1000

# --- Languages --------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "vi"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English"), ("km", "ភាសាខ្មែរ")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
USE_I18N = USE_TZ = USE_THOUSAND_SEPARATOR = True
TIME_ZONE = "Asia/Ho_Chi_Minh"

# --- People -----------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "community.User"
# The only backend: beside it Django's own would compare PINs without counting the wrong ones.
AUTHENTICATION_BACKENDS = ["community.accounts.backend.PinBackend"]
LOGIN_URL = WAGTAILADMIN_LOGIN_URL = WAGTAIL_FRONTEND_LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "selling:home"  # a name, so that it follows the language
LOGOUT_REDIRECT_URL = "/"
SESSION_ENGINE = "community.accounts.sessions"  # knows whose they are: a lost phone is signed out from another
SESSION_COOKIE_AGE = 60 * 60 * 24 * 60  # sixty days: a member signs in rarely, on her own phone
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ACCOUNT_ADAPTER = "community.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"phone", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]  # sign-up itself is closed by the adapter
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "20/m/ip,5/5m/key"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_TOTP_ISSUER = "Chợ Nguồn"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # staff accounts are opened by staff
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False  # staff sign in by it: whoever looks after people changes it, nobody his own
WAGTAIL_PASSWORD_RESET_ENABLED = False  # a link in a mailbox must not stand in for a second factor

# --- Mail -------------------------------------------------------------------------------------------------------
vars().update(env.mail("EMAIL_URL", "consolemail://"))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("MAIL_FROM", f"cho-nguon@{urlsplit(SITE_URL).hostname}")

# --- Safety -----------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {"DIRECTIVES": public_policy()}
CONTENT_SECURITY_POLICY_ADMIN = admin_policy()
CSRF_TRUSTED_ORIGINS = [SITE_URL]
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS and not DEBUG else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False  # the operator's other services are not ours to decide on
SECURE_SSL_REDIRECT = HTTPS and not DEBUG
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
if env.flag("BEHIND_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # limits per address count the visitor, not the proxy
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # HSTS for subdomains and preload: see above

# --- Wagtail ----------------------------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = "Chợ Nguồn"
WAGTAIL_I18N_ENABLED = True
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAILADMIN_PERMITTED_LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
WAGTAILIMAGES_IMAGE_MODEL = "community.Photo"
WAGTAILIMAGES_IMAGE_FORM_BASE = "community.photos.forms.PhotoForm"
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "heic", "heif", "jpeg", "jpg", "png", "webp"]
WAGTAILIMAGES_FORMAT_CONVERSIONS = {"avif": "avif", "webp": "webp", "heic": "jpeg"}
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 25 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 50_000_000
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "m4a", "mp3", "odt", "ogg", "pdf", "pptx", "txt", "xlsx"]
WAGTAILDOCS_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILADMIN_NOTIFICATION_INCLUDE_SUPERUSERS = False  # reviewers are asked as members of their group, once
WAGTAIL_GRAVATAR_PROVIDER_URL = None  # staff addresses are nobody else's business
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False

# --- Interfaces for other systems -------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Chợ Nguồn",
    "DESCRIPTION": "Interfaces for programs: EPCIS 2.0, GS1 resolver, passports, genealogy, the log of records.",
    "VERSION": "1",
    "PREPROCESSING_HOOKS": ["config.openapi.only_public_api"],
    "POSTPROCESSING_HOOKS": ["config.openapi.with_plain_views"],
}

# --- Running ----------------------------------------------------------------------------------------------------
LOGGING = logging_of(level=env.text("LOG_LEVEL", "INFO"), debug=DEBUG)
