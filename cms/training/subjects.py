"""What lessons are about, what can be practised, and which act shows that somebody does it alone."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Topic(models.TextChoices):
    PHOTO = "photo", _("Taking photos")
    LISTING = "listing", _("Putting goods on sale")
    ORDER = "order", _("Orders")
    PACK = "pack", _("Packing and sending")
    QR = "qr", _("Diary and QR codes")
    CASHLESS = "cashless", _("Money without cash")
    SCAM = "scam", _("Against fraud")
    PRIVACY = "privacy", _("Personal data")


TOPICS = Topic.choices

EXERCISES = [
    ("gia-hang", _("Change a price")),
    ("ghi-buoc", _("Record a step")),
    ("nhan-don", _("Accept an order")),
    ("dong-goi", _("Pack by code")),
]
"""Key → what is practised; ``cms.practice.exercises`` has one for each."""

ACTS = [
    ("listing.sent_for_review", _("sent goods for review")),
    ("offer.price_changed", _("changed a price")),
    ("parcel.accepted", _("accepted an order")),
    ("parcel.packed", _("packed an order")),
    ("step.recorded", _("recorded a step")),
    ("label.printed", _("printed labels")),
    ("payment.received_by_hand", _("confirmed money received")),
]
"""Actions of ``AuditEntry``, done by the learner under no mandate."""
