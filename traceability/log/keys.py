"""The keys that sign checkpoints. The private half is a file of mode 0600 in ``TLOG_KEYS_DIR``; the database knows the
public half and its period, for ever."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from django.conf import settings
from django.db import transaction

from community import clock
from community.errors import DomainError
from traceability.log.appending import take_turn
from traceability.log.models import SigningKey
from traceability.log.notes import Vkey, parse_vkey


class NoKey(DomainError):
    """Codes: no_key (run ``tlog_init``), key_file_missing, key_file_wrong, key_file_unreadable (facts: key, file)."""


def key_path(key: SigningKey) -> Path:
    return Path(settings.TLOG_KEYS_DIR) / f"tlog-{key.key_id}.pem"


@transaction.atomic
def open_key() -> SigningKey:
    """The key that signs today; a log without one gets its first."""
    head = take_turn()
    return SigningKey.objects.filter(name=head.origin, retired_at__isnull=True).first() or _new_key(head.origin)


@transaction.atomic
def rotate_key() -> SigningKey:
    """A new key signs from now on. The old one stays published with its period; its file is deleted.

    Make a checkpoint before, so that the old key has signed all it saw.
    """
    head = take_turn()
    old = SigningKey.objects.filter(name=head.origin, retired_at__isnull=True).first()
    if old is not None:
        old.retired_at = clock.now()
        old.save(update_fields=["retired_at"])
        transaction.on_commit(lambda: key_path(old).unlink(missing_ok=True))
    return _new_key(head.origin)


def signer(key: SigningKey) -> Ed25519PrivateKey:
    """The private half. Raises :class:`NoKey` when the file is not there, not ours to read, or holds another key."""
    try:
        loaded = load_pem_private_key(key_path(key).read_bytes(), password=None)
    except FileNotFoundError as fault:
        raise NoKey("key_file_missing", key=str(key)) from fault
    except OSError as fault:  # made by another user of the machine, most often
        raise NoKey("key_file_unreadable", key=str(key), file=str(key_path(key))) from fault
    except (ValueError, TypeError, UnsupportedAlgorithm) as fault:
        raise NoKey("key_file_wrong", key=str(key)) from fault
    if not isinstance(loaded, Ed25519PrivateKey) or str(_vkey(key.name, loaded)) != key.vkey:
        raise NoKey("key_file_wrong", key=str(key))
    return loaded


def published_vkeys() -> list[Vkey]:
    """Every key that ever signed, oldest first."""
    return [parse_vkey(text) for text in SigningKey.objects.values_list("vkey", flat=True)]


def _new_key(name: str) -> SigningKey:
    private = Ed25519PrivateKey.generate()
    vkey = _vkey(name, private)
    key = SigningKey(name=name, key_id=vkey.key_id.hex(), vkey=str(vkey), active_from=clock.now())
    _write_private(key_path(key), private)
    key.save()
    return key


def _vkey(name: str, private: Ed25519PrivateKey) -> Vkey:
    return Vkey(name, private.public_key().public_bytes_raw())


def _write_private(path: Path, private: Ed25519PrivateKey) -> None:
    """Readable by nobody else from its first byte on; an existing file is never overwritten."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
