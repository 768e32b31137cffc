"""Settings, all from the environment; `.env.example` lists every variable.

Without any variable this is the embedded default: SQLite and files under DATA_DIR, no server to install.
"""

from ipaddress import ip_network
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
env.read_env(BASE_DIR / ".env")

DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if DEBUG else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var")))
DATA_DIR.mkdir(parents=True, exist_ok=True)
# The key that `make run` made for this folder serves the commands beside it too.
_key = (DATA_DIR / "secret-key").read_text() if (DATA_DIR / "secret-key").exists() else ""
SECRET_KEY = env.str("SECRET_KEY", default=_key or ("development-only-key" if DEBUG else environ.Env.NOTSET))

INSTALLED_APPS = [
    "loyalty_site.apps.SiteConfig",
    "members.apps.MembersConfig",
    "rewards.apps.RewardsConfig",
    "surveys.apps.SurveysConfig",
    "analytics.apps.AnalyticsConfig",
    "loyalty_site.apps.DeskAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
]

MIDDLEWARE = [
    "loyalty_site.middleware.trace",
    "loyalty_site.middleware.client_address",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "loyalty_site.middleware.open_session",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "loyalty_site.middleware.actor",
    "loyalty_site.middleware.zone",
    "loyalty_site.middleware.without_nul",
    "loyalty_site.middleware.set_up_first",
    "loyalty_site.middleware.pages_instead_of_blanks",
    "loyalty_site.middleware.ProofOfPassword",
    "axes.middleware.AxesMiddleware",
    "loyalty_site.middleware.OwnErrorPages",
]

ROOT_URLCONF = "loyalty_site.urls"
WSGI_APPLICATION = "loyalty_site.wsgi.application"

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
                "loyalty_site.context.shell",
            ],
        },
    },
]

# --- Database: SQLite by default, PostgreSQL by DATABASE_URL --------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        # IMMEDIATE: a writer queues for the lock at BEGIN instead of failing in mid-transaction.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA recursive_triggers=ON;PRAGMA cache_size=-65536;"
        ),
    }
else:
    DATABASES["default"]["OPTIONS"] = {"pool": env.bool("DATABASE_POOL", default=True)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Background work ------------------------------------------------------------------------------------------
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="filesystem://localhost/")
JOB_STALE_SECONDS = env.int("JOB_STALE_SECONDS", default=60)  # a running job silent for so long is resumed
JOB_SWEEP_SECONDS = env.int("JOB_SWEEP_SECONDS", default=15)
MESSAGES_PER_WEEK = env.int("MESSAGES_PER_WEEK", default=3)  # to one member, whatever they are about
QUIET_FROM, QUIET_UNTIL = env.int("QUIET_FROM", default=21), env.int("QUIET_UNTIL", default=9)  # o'clock, theirs
SMS_GATEWAY = env.str("SMS_GATEWAY", default="folder")  # folder, aliyun, tencent
SMS_KEY_ID, SMS_KEY_SECRET = env.str("SMS_KEY_ID", default=""), env.str("SMS_KEY_SECRET", default="")
SMS_SIGN_NAME = env.str("SMS_SIGN_NAME", default="")  # 短信签名
SMS_APP_ID, SMS_REGION = env.str("SMS_APP_ID", default=""), env.str("SMS_REGION", default="ap-guangzhou")  # Tencent's
_SMS_HOSTS = {"aliyun": "https://dysmsapi.aliyuncs.com", "tencent": "https://sms.tencentcloudapi.com"}
SMS_ENDPOINT = env.str("SMS_ENDPOINT", default=_SMS_HOSTS.get(SMS_GATEWAY, ""))
SMS_RECEIPT_SECRET = env.str("SMS_RECEIPT_SECRET", default="")  # in the address that receipts are sent to
SURVEY_ANSWERS_PER_MINUTE = env.int("SURVEY_ANSWERS_PER_MINUTE", default=120)  # that begin by one public link
COMPLAINTS_PER_MINUTE = env.int("COMPLAINTS_PER_MINUTE", default=30)  # by the public form of one store
WORKER_MEMORY_MB = env.int("WORKER_MEMORY_MB", default=1500)  # a worker that holds more ends, to be started afresh
TILL_KEY_SECONDS = env.int("TILL_KEY_SECONDS", default=30)  # for so long a key is held by a request at work

# --- Mail: weekly reports, invitations, forgotten passwords ---------------------------------------------------
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
EMAIL_TIMEOUT = 30  # seconds; a server that says nothing holds nobody up
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default="desk@localhost")
_HERE = f"http://127.0.0.1:{env.str('PORT', default='8000')}"
DESK_URL = env.str("DESK_URL", default=_HERE).rstrip("/")  # what links in mails, and what shops send to, begin with

# --- Warehouse ------------------------------------------------------------------------------------------------
WAREHOUSE_URL = env.str("WAREHOUSE_URL", default=str(DATA_DIR / "warehouse"))
ANALYTICS_ENGINE = env.str("ANALYTICS_ENGINE", default="duckdb")
ANALYTICS_THREADS = env.int("ANALYTICS_THREADS", default=2)
ANALYTICS_MEMORY = env.str("ANALYTICS_MEMORY", default="1GB")

# --- Sign-in --------------------------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
AUTH_USER_MODEL = "members.User"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "today"
LOGOUT_REDIRECT_URL = "sign-in"
CSRF_FAILURE_VIEW = "loyalty_site.views.errors.csrf_failure"
AXES_FAILURE_LIMIT = env.int("LOGIN_FAILURE_LIMIT", default=8)
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "errors/lockout.html"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False  # a lock-out ends by itself
SESSION_HOURS = env.int("SESSION_HOURS", default=12)
SESSION_COOKIE_AGE = SESSION_HOURS * 3600
SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", default=120)
SESSION_IDLE_MINUTES_CLERK = env.int("SESSION_IDLE_MINUTES_CLERK", default=30)  # a counter is passed by many
PASSWORD_RESET_TIMEOUT = 24 * 3600  # seconds that a link to a new password works
SESSION_COOKIE_HTTPONLY = True
HTTPS = env.bool("HTTPS", default=not DEBUG)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]  # asked on this machine, past the proxy
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# --- Language and time ----------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"  # instants; business dates are reckoned in each store's own zone
FORMAT_MODULE_PATH = ["loyalty_site.formats"]
USE_THOUSAND_SEPARATOR = False

# --- Static files and uploads ---------------------------------------------------------------------------------
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))
WHITENOISE_USE_FINDERS = DEBUG
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "files"},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
        # Collected by whoever installs, read by the user of the services; FILE_UPLOAD_PERMISSIONS would hide them.
        "OPTIONS": {} if DEBUG else {"file_permissions_mode": 0o644, "directory_permissions_mode": 0o755},
    },
}
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 2**20
IMPORT_MAX_BYTES = 500 * 2**20
EXPORT_STREAM_ROWS = env.int("EXPORT_STREAM_ROWS", default=10_000)  # a longer list is made as a private file
EXPORT_STORE_ROWS = 50_000  # what who works in stores gets at most
IMPORT_FILES_DAYS = env.int("IMPORT_FILES_DAYS", default=90)  # copies of imported files name many people

# --- Points ---------------------------------------------------------------------------------------------------
# What one person may give or take by hand in a day, of one member and by one file: more needs a second person.
POINTS_ADJUST_LIMIT = env.int("POINTS_ADJUST_LIMIT", default=500)
POINTS_IMPORT_LIMIT = env.int("POINTS_IMPORT_LIMIT", default=10_000)
# Coupons of one offer, to segments and as codes, that are given out in a day without a second person.
COUPONS_ISSUE_LIMIT = env.int("COUPONS_ISSUE_LIMIT", default=500)

# --- API ------------------------------------------------------------------------------------------------------
API_REQUESTS_PER_MINUTE = env.int("API_REQUESTS_PER_MINUTE", default=600)  # of one token, in one process
API_MAX_BYTES = 8 * 2**20
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "members.api.principals.Bearer",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["members.api.principals.HasRight"],
    "DEFAULT_THROTTLE_CLASSES": ["members.api.principals.PerToken"],
    "DEFAULT_PARSER_CLASSES": ["members.api.bodies.ExactJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "members.api.errors.handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "URL_FORMAT_OVERRIDE": None,  # `format=csv` is answered by the views
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Huitou API",
    "DESCRIPTION": "Orders, refunds, members, products and reports. docs/api.md tells the story.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_PERMISSIONS": ["members.api.principals.HasRight"],
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": False,
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "members.api.schema.strict"],
    "SWAGGER_UI_DIST": "SIDECAR",  # nothing is fetched from elsewhere
    "SWAGGER_UI_FAVICON_HREF": "/favicon.ico",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "displayRequestDuration": True, "validatorUrl": None},
}

# --- Webhooks -------------------------------------------------------------------------------------------------
HOOK_MAX_BYTES = 2 * 2**20  # of one event that a shop sends
# Networks inside the house that webhooks may be sent to all the same, also by plain http and on any port.
WEBHOOK_PRIVATE_NETWORKS = [ip_network(text) for text in env.list("WEBHOOK_PRIVATE_NETWORKS", default=[])]

# --- Watching it ----------------------------------------------------------------------------------------------
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
METRICS_WITHOUT_TOKEN = env.bool("METRICS_WITHOUT_TOKEN", default=False)
LOG_FORMAT = env.str("LOG_FORMAT", default="text")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {
            "()": "logging.Formatter" if DEBUG else "loyalty_site.logs.Lines",
            "format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s",
        },
        "json": {"()": "loyalty_site.logs.JsonLines"},
    },
    "filters": {
        "in_one_line": {"()": "loyalty_site.logs.InOneLine"},
        "with_request": {"()": "loyalty_site.logs.WithRequest"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "json" if LOG_FORMAT == "json" else "text",
            "filters": ["with_request"],
        }
    },
    "loggers": {
        "django.request": {"filters": ["in_one_line"]},
        "loyalty.requests": {"level": "INFO" if LOG_FORMAT == "json" else env.str("LOG_LEVEL", default="WARNING")},
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
}
