"""Words of payers leave the inbox after half a year; that the message came, and how much it told, stays."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from marketplace.payments.bank_files.keeping import forget_file
from marketplace.payments.bank_files.taking_in import CannotTakeIn, drop_statement
from marketplace.payments.models import Capture, InboxEvent, PaymentException, Statement
from marketplace.payments.parking import SYSTEM
from marketplace.payments.states import ExceptionStatus, InboxStatus, StatementStatus

KEPT_FOR = timedelta(days=180)
BATCH = 500
TAKEN_IN = (StatementStatus.CONFIRMED, StatementStatus.DROPPED)
ENDED = (InboxStatus.PROCESSED, InboxStatus.IGNORED, InboxStatus.REJECTED)
MARK = '{"purged":'
_AMOUNT = re.compile(r'"(?:amount|transferAmount|amount_total|amount_refunded)"\s*:\s*(-?\d{1,18})(?!\d)')


def purge_old_payloads(*, now: datetime) -> int:
    """Replace bodies older than 180 days by hash and amounts; what still waits is left alone. Returns how many."""
    purged = 0
    while rows := list(_due(now)[:BATCH]):
        for row in rows:
            InboxEvent.objects.filter(pk=row.pk, body=row.body).update(body=purged_body(row.body))
        purged += len(rows)
    return purged


def purge_old_memos(*, now: datetime) -> int:
    """The words of transfers that are half a year old and counted for somebody; the code stays with the payment."""
    old = Capture.objects.filter(booked_at__lt=now - KEPT_FOR).exclude(memo="")
    waits = Exists(PaymentException.objects.filter(capture=OuterRef("pk"), status=ExceptionStatus.OPEN))
    return old.filter(~waits).update(memo="")


def purge_old_statements(*, now: datetime) -> int:
    """Files of banks hold the words of many payers: file, first rows and preview go half a year after they came.

    What nobody took in by then is dropped: its file is gone.
    """
    before = now - KEPT_FOR
    old = list(Statement.objects.filter(uploaded_at__lt=before).exclude(seen={}, columns={}, name=""))
    for statement in old:
        if statement.status not in TAKEN_IN:
            try:
                drop_statement(statement=statement, actor=SYSTEM)
            except CannotTakeIn:  # taken in a moment ago
                continue
        alike = Statement.objects.filter(sha256=statement.sha256, uploaded_at__gte=before)
        if not alike.exclude(status__in=TAKEN_IN).exists():
            forget_file(statement.sha256)
        Statement.objects.filter(pk=statement.pk).update(seen={}, columns={}, name="")
    return len(old)


def purged_body(body: str) -> str:
    """``{"purged":true,"sha256":"…","amounts":[…]}``"""
    kept = {
        "purged": True,
        "sha256": hashlib.sha256(body.encode()).hexdigest(),
        "amounts": [int(each) for each in _AMOUNT.findall(body)][:50],
    }
    return json.dumps(kept, separators=(",", ":"))


def _due(now: datetime) -> QuerySet[InboxEvent]:
    old = InboxEvent.objects.filter(received_at__lt=now - KEPT_FOR, status__in=ENDED)
    return old.exclude(body__startswith=MARK).order_by("pk")
