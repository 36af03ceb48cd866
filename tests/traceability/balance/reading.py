"""What a member reads on the screens of the field desk."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse


def read(client: Client, name: str, *args: object) -> str:
    """The screen as one line of words."""
    answer = client.get(reverse(f"fieldwork:{name}", args=args))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().replace("\u00a0", " ").split())
