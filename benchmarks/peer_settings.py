"""Django's settings for the peer: dj-stripe and what it needs, and nothing else."""

import os
from urllib.parse import parse_qs, unquote, urlsplit

_url = urlsplit(os.environ["DATABASE_URL"])
SECRET_KEY = "a-benchmark"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "djstripe"]
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]  # it tells the length of an answer
ROOT_URLCONF = "djstripe.urls"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _url.path.lstrip("/"),
        "USER": unquote(_url.username or ""),
        "PASSWORD": unquote(_url.password or ""),
        "HOST": parse_qs(_url.query).get("host", [_url.hostname or ""])[0],
        "PORT": str(_url.port or ""),
        "CONN_MAX_AGE": None,
    }
}
STRIPE_LIVE_MODE = False
STRIPE_TEST_SECRET_KEY = "sk_test_" + "0" * 24
STRIPE_API_HOST = os.environ["STRIPE_API_URL"]
DJSTRIPE_FOREIGN_KEY_TO_FIELD = "id"
LOGGING_CONFIG = None
MIGRATION_MODULES = dict.fromkeys(
    ("auth", "contenttypes", "djstripe")
)  # the same tables at once; its migrations take a minute
SILENCED_SYSTEM_CHECKS = ["djstripe.W002"]  # it warns that this is not the real Stripe
