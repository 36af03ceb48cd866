"""Files to which no address of the site leads: a view that has checked who asks hands them out."""

from __future__ import annotations

from django.core.files.storage import Storage, storages


def private_storage() -> Storage:
    """Asked when it is needed: tests and deployments say where it is."""
    return storages["private"]
