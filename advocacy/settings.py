"""The one settings file. Everything that differs between machines is read from the environment.

Safe by default: without any variable set this is a production configuration that refuses to start
without a secret key. `./cms run` and `./cms test` set CMS_DEBUG=1 for themselves.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from advocacy.mail.server import bounce_mailbox, in_ascii, mail_server

BASE_DIR = Path(__file__).resolve().parent.parent


def flag(name: str, default: bool = False) -> bool:
    """True for 1, true, yes or on, whatever the case; `default` where the variable is not set."""
    return os.environ.get(name, str(default)).strip().lower() in {"1", "true", "yes", "on"}


DEBUG = flag("CMS_DEBUG")
BENCH = flag("CMS_BENCH")  # bare views beside the pages, which ./cms bench measures against
DATA_DIR = Path(os.environ.get("CMS_DATA", BASE_DIR / "var"))  # database, files, caught mail
# Stands in mail, feeds and share links.
SITE_URL = in_ascii(os.environ.get("CMS_SITE_URL", "http://localhost:8000").rstrip("/"))
SITE_HOST = SITE_URL.split("://", 1)[-1]

SECRET_KEY = os.environ.get("CMS_SECRET_KEY", "")
# Keys of earlier times still open links that were signed with them; commas between.
SECRET_KEY_FALLBACKS = [key for key in os.environ.get("CMS_SECRET_KEY_FALLBACKS", "").split(",") if key]
if not SECRET_KEY:
    if not DEBUG:
        raise ImproperlyConfigured("Set CMS_SECRET_KEY to a long random text. `./cms setup` makes one.")
    SECRET_KEY = "development-only-" + "0" * 40

ALLOWED_HOSTS = [host for host in os.environ.get("CMS_HOSTS", SITE_HOST.split(":")[0]).split(",") if host]
if DEBUG:
    ALLOWED_HOSTS += ["localhost", "127.0.0.1", "[::1]"]
# How many proxies stand in front of the server; each adds one entry to X-Forwarded-For.
TRUSTED_PROXIES = int(os.environ.get("CMS_PROXIES", "0"))

INSTALLED_APPS = [
    "advocacy.site",
    "advocacy.accounts",
    "advocacy.organisation",
    "advocacy.publishing",
    "advocacy.richtext",
    "advocacy.pictures",
    "advocacy.mail",
    "advocacy.subscribers",
    "advocacy.fetching",
    "advocacy.privacy",
    "advocacy.sharing",
    "advocacy.delivery",
    "advocacy.worker",
    "newsroom",
    "campaigns",
    "advocacy.site.apps.DeskConfig",  # django.contrib.admin with our site
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "advocacy.delivery.apps.CollectedFilesConfig",  # django.contrib.staticfiles
    "axes",
    "csp",
    "ckeditor",
    "advocacy.accounts.apps.AllauthConfig",  # allauth.account, without which allauth.mfa can't be imported
    "allauth.mfa",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "advocacy.delivery.middleware.compress_public",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "advocacy.delivery.middleware.refuse_broken_input",
    "advocacy.delivery.middleware.language_of_path",
    "advocacy.delivery.middleware.StaffSession",
    "django.middleware.common.CommonMiddleware",
    "advocacy.delivery.middleware.StaffCsrf",
    "advocacy.delivery.middleware.StaffLogin",
    "advocacy.delivery.middleware.StaffMessages",
    "advocacy.delivery.middleware.staff_settings",
    "advocacy.accounts.middleware.note_where",
    "advocacy.accounts.middleware.second_factor_first",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "advocacy.delivery.middleware.StaffLockout",
]

ROOT_URLCONF = "advocacy.urls"
WSGI_APPLICATION = "advocacy.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            # Only the admin and account pages are rendered with a request; public pages never see one.
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL") or f"sqlite:///{DATA_DIR / 'db.sqlite3'}",
        conn_max_age=60,
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # With Django's defaults writers give up under load; WAL and IMMEDIATE make them wait in line.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 1  # hours
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "registration/locked_out.html"
AXES_ENABLE_ADMIN = False  # a person is unlocked on their own page
AXES_DISABLE_ACCESS_LOG = True  # only failures are kept, and for as long as they matter
AXES_CLIENT_IP_CALLABLE = "advocacy.delivery.network.lockout_address"

# Whether editors and administrators have to log in with a second factor. Others may.
CMS_TWO_FACTOR = flag("CMS_TWO_FACTOR", not DEBUG)
MFA_ADAPTER = "advocacy.accounts.second_factor.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]

LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", "English"),
    ("hy", "Հայերեն"),
    ("ru", "Русский"),
    ("fr", "Français"),
    ("ar", "العربية"),
]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMS_URLFIELD_ASSUME_HTTPS = True  # an address typed without a scheme
FORMAT_MODULE_PATH = ["advocacy.site.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"  # what people see is in the organisation's zone or their own

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = DATA_DIR / "files"  # served by the file view alone, never by an address of its own
X_ACCEL = os.environ.get("CMS_X_ACCEL", "")  # nginx's internal location of MEDIA_ROOT, such as /stored/
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    if DEBUG
    else {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000

# smtp://user:password@host:port, smtps:// for TLS from the first byte, smtp+tls:// for STARTTLS
EMAIL_URL = os.environ.get("CMS_EMAIL_URL", "smtp://127.0.0.1:1025" if DEBUG else "smtp://127.0.0.1:25")
_server = mail_server(EMAIL_URL)
EMAIL_HOST, EMAIL_PORT = _server.host, _server.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _server.user, _server.password
EMAIL_USE_SSL, EMAIL_USE_TLS = _server.implicit_tls, _server.starttls
EMAIL_TIMEOUT = 10  # for each step; all steps together have to fit into the lease of a delivery
# A mail service instead of SMTP: install django-anymail, name its backend, set what it needs as ANYMAIL_...
EMAIL_BACKEND = os.environ.get("CMS_EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
ANYMAIL = {name[8:]: value for name, value in os.environ.items() if name.startswith("ANYMAIL_")}
DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get("CMS_EMAIL_FROM", f"website@{urlsplit(SITE_URL).hostname}")
# A bulletin goes out only by a server and under a sender that somebody chose; in development it goes to nobody.
MAIL_IS_SET = DEBUG or "CMS_EMAIL_URL" in os.environ or "CMS_EMAIL_BACKEND" in os.environ
SENDER_IS_SET = DEBUG or "CMS_EMAIL_FROM" in os.environ
# Of mailings, by all workers together; what goes to one person about one thing is not counted.
MAIL_PER_MINUTE = int(os.environ.get("CMS_MAIL_PER_MINUTE", "600"))
MAIL_PER_DOMAIN = int(
    os.environ.get("CMS_MAIL_PER_DOMAIN", "120")
)  # a minute too, to addresses of one domain
# imaps://user:password@host/INBOX, the mailbox of CMS_EMAIL_FROM, to which mail comes back
BOUNCE_MAILBOX = bounce_mailbox(os.environ.get("CMS_BOUNCE_URL", ""))
CATCH_MAIL = flag("CMS_CATCH_MAIL", DEBUG)  # the admin shows what `manage.py catch_mail` took in

X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "no-referrer"  # pages with a form say same-origin themselves
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = SITE_URL.startswith("https://") and flag("CMS_SSL_REDIRECT", not DEBUG)
SECURE_HSTS_SECONDS = int(
    os.environ.get("CMS_HSTS_SECONDS", "31536000" if SITE_URL.startswith("https://") else "0")
)
SECURE_HSTS_INCLUDE_SUBDOMAINS = flag("CMS_HSTS_SUBDOMAINS")
SECURE_HSTS_PRELOAD = flag("CMS_HSTS_PRELOAD")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SITE_URL.startswith("https://")
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
CSRF_COOKIE_HTTPONLY = True

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Everything worth reading goes to standard error, where systemd or Docker picks it up. Without this, Django
# would mail faults to nobody and show them nowhere. What is merely not found is not a fault.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING"},
        "django.request": {"level": "WARNING" if DEBUG else "ERROR"},
    },
}

SILENCED_SYSTEM_CHECKS = [
    # Whether https is asked for on other names of the domain, and hard-wired in browsers, is the owner's to decide:
    # CMS_HSTS_SUBDOMAINS and CMS_HSTS_PRELOAD. An old page on a subdomain may have no certificate.
    "security.W005",
    "security.W021",
    # CKEditor 4 is at the end of its life. What it sends is cleaned on the server (docs/changing.md, "Rich text").
    "ckeditor.W001",
    # Our StaffCsrf is Django's middleware for the admin; public forms carry a signed stamp (advocacy/delivery/stamps.py).
    "security.W003",
    # StaffLockout is the middleware of django-axes, for the admin.
    "axes.W002",
]
