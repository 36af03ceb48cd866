"""Settings of money: who tells that it came, and the rules of the trade that the operator sets.

All of it is part of settings.py; what depends on the shape of the site (the demo's bank) stays there.
"""

from __future__ import annotations

from config import env

# --- Secrets and addresses of those who tell ----------------------------------------------------------------------
STRIPE_SECRET_KEY = env.text("STRIPE_SECRET_KEY")
STRIPE_WEBHOOK_SECRETS = env.words("STRIPE_WEBHOOK_SECRETS")
STRIPE_REFETCH = env.flag("STRIPE_REFETCH", False)  # ask the API what a session is now before believing its event
SEPAY_WEBHOOK_SECRETS = env.words("SEPAY_WEBHOOK_SECRETS")
SEPAY_WEBHOOK_API_KEYS = env.words("SEPAY_WEBHOOK_API_KEYS")
SEPAY_API_TOKEN = env.text("SEPAY_API_TOKEN")
SEPAY_API_URL = env.address("SEPAY_API_URL", "https://my.sepay.vn/userapi")
PAYOS_CHECKSUM_KEYS = env.words("PAYOS_CHECKSUM_KEYS")
CASSO_WEBHOOK_SECRETS = env.words("CASSO_WEBHOOK_SECRETS")
CASSO_SECURE_TOKENS = env.words("CASSO_SECURE_TOKENS")
CASSO_API_KEY = env.text("CASSO_API_KEY")
CASSO_API_URL = env.address("CASSO_API_URL", "https://oauth.casso.vn/v2")
FEED_ACCOUNT_SECRETS = env.words("FEED_ACCOUNT_SECRETS")  # "17:secret": of the feed of receiving account 17

# --- Rules of the trade -------------------------------------------------------------------------------------------
COMMISSION_BPS = env.number("COMMISSION_BPS", 0, most=10_000)  # 1 basis point = 0.01 %
REFUND_TWO_PEOPLE_OVER = env.number("REFUND_TWO_PEOPLE_OVER", 2_000_000)  # đồng; above it one approves, another sends
# Who receives bank transfers: each cooperative itself, or the market for all of them (licensed business: see checks).
PAYMENTS_COLLECT = env.choice("PAYMENTS_COLLECT", "vendor", among=("vendor", "platform"))
PAYMENTS_COLLECT_BASIS = env.text("PAYMENTS_COLLECT_BASIS")  # licence or contract under which the market collects
TAX_MODE = env.choice("TAX_MODE", "warn", among=("off", "warn", "withhold"))  # of sellers whose tax a platform owes
PAYOUT_EVERY = env.choice("PAYOUT_EVERY", "month", among=("month", "week", "never"))  # never: only by manage.py
CLAIM_DAYS = env.number("CLAIM_DAYS", 7, least=1, most=90)  # after delivery, to say that something is wrong
CLAIM_HOURS = env.number("CLAIM_HOURS", 48, least=1, most=15 * 24)  # for each side's answer; then the market decides
CLAIMS_PER_LOT = env.number("CLAIMS_PER_LOT", 3, least=2, most=1000)  # orders that complain before staff are told
DUES_DAYS = env.number("DUES_DAYS", 15, least=1, most=90)  # after a month's end, to pay what it says is owed
HOLD_MINUTES = env.number("HOLD_MINUTES", 60, least=1, most=7 * 24 * 60)
# Transfer on delivery: the most a parcel may cost, how many one telephone may owe at a time (0: nobody may), and the
# days after delivery when staff are asked to look.
ON_DELIVERY_MOST_DONG = env.number("ON_DELIVERY_MOST_DONG", 2_000_000)
ON_DELIVERY_PER_PHONE = env.number("ON_DELIVERY_PER_PHONE", 2, most=20)
ON_DELIVERY_DAYS = env.number("ON_DELIVERY_DAYS", 7, least=2, most=60)
# Hours in which a cooperative should accept a paid order, and in which a buyer answers when not all of it is there.
ACCEPT_HOURS = env.number("ACCEPT_HOURS", 24, least=1, most=7 * 24)
SHORTAGE_ANSWER_HOURS = env.number("SHORTAGE_ANSWER_HOURS", 24, least=1, most=7 * 24)
HOLD_MORE_MINUTES = env.number("HOLD_MORE_MINUTES", 60, least=31, most=24 * 60)  # at most, by changing how one pays
