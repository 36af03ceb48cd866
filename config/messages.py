"""Settings of carriers: who takes messages out of the house. All off by default; part of settings.py."""

from __future__ import annotations

from config import env

# In this order; only what is set up below counts.
OUTBOX_WAYS = env.words("OUTBOX_WAYS", ("zns", "sms", "email"))
MAIL_IS_SET_UP = env.is_set("EMAIL_URL")
EMAIL_TIMEOUT = 15  # seconds; a mail server that hangs must not hold the worker

ESMS_API_KEY = env.text("ESMS_API_KEY")
ESMS_SECRET_KEY = env.text("ESMS_SECRET_KEY")
ESMS_BRANDNAME = env.text("ESMS_BRANDNAME")
ESMS_UNICODE = env.flag("ESMS_UNICODE", False)
ESMS_URL = env.address("ESMS_URL", "https://rest.esms.vn/MainService.svc/json")

ZALO_APP_ID = env.text("ZALO_APP_ID")
ZALO_APP_SECRET = env.text("ZALO_APP_SECRET")
ZALO_REFRESH_TOKEN = env.text("ZALO_REFRESH_TOKEN")
ZALO_OA_SECRET = env.text("ZALO_OA_SECRET")  # signs what Zalo reports
ZALO_TEMPLATES = env.words("ZALO_TEMPLATES")  # "order_placed:288123"
ZALO_API_URL = env.address("ZALO_API_URL", "https://business.openapi.zalo.me")
ZALO_OAUTH_URL = env.address("ZALO_OAUTH_URL", "https://oauth.zaloapp.com")
