"""The same form sent several times at the same moment: a thumb that taps twice, a phone that tries again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.cast import Cast, sign_in
from tests.traceability.fieldwork.conftest import typed
from traceability.batches.models import Batch
from traceability.events.models import Event

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 5


def test_five_at_once_are_stored_once_and_all_are_told_so(batch: Batch, cast: Cast) -> None:
    phones = [sign_in(Client(), cast.lan) for _ in range(TIMES)]
    form = typed(packs="10")
    url = reverse("fieldwork:step", args=[batch.public_code, "pack"])
    together = Barrier(TIMES, timeout=60)

    def send(phone: Client) -> int:
        try:
            with translation.override("en"):
                together.wait()
                return phone.post(url, form).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(TIMES) as pool:
        assert list(pool.map(send, phones)) == [303] * TIMES
    batch.refresh_from_db()
    assert (Event.objects.count(), batch.on_hand_base) == (1, 50_000)
