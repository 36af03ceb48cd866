"""A NUL byte is a bad request, on either database, wherever it stands."""

from __future__ import annotations

import pytest
from django.test import Client


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/san-pham/?province=%00", "/don/a%00b/", "/p/%00", "/mua/%00/", "/san-pham/?q=%00"])
def test_a_nul_byte_in_an_address_is_never_a_server_error(client: Client, path: str) -> None:
    assert client.get(path).status_code in (200, 400, 404)
