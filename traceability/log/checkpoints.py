"""Checkpoints: the log's size and root, signed, for others to keep. Who keeps one can see later rewriting."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from community import clock
from traceability.log.appending import take_turn
from traceability.log.keys import NoKey, open_key, signer
from traceability.log.merkle import BadProof, Frontier, check_consistency
from traceability.log.models import Checkpoint, LogHead, SigningKey
from traceability.log.notes import Tree, checkpoint_text, parse_vkey, sign_note, verify_note
from traceability.log.proving import LogBroken, StoredTree


def latest_checkpoint() -> Checkpoint | None:
    return Checkpoint.objects.order_by("-size").first()


@transaction.atomic
def make_checkpoint() -> Checkpoint | None:
    """Sign the log as it is; answers the last checkpoint when nothing was added since, None for an empty log.

    That the new tree begins with the last signed one is proved from the stored entries *before* signing; a log that
    was cut or rewritten raises :class:`LogBroken` and is never signed. Raises :class:`NoKey` without a key.
    """
    head = take_turn()
    last = latest_checkpoint()
    if last is not None and last.size == head.size:
        _check_grown(last, head)
        return last
    if head.size == 0 and last is None:
        return None
    tree = Tree(head.origin, head.size, _check_grown(last, head))
    key = _signing_key(head)
    note = sign_note(checkpoint_text(tree), name=key.name, key=signer(key))
    verify_note(note, [parse_vkey(key.vkey)])
    return Checkpoint.objects.create(size=tree.size, root=tree.root, note=note, key=key, made_at=clock.now())


def _signing_key(head: LogHead) -> SigningKey:
    """A demo makes its key by itself; elsewhere ``tlog_init`` makes it, on the machine that signs."""
    key = SigningKey.objects.filter(name=head.origin, retired_at__isnull=True).first()
    if key is not None:
        return key
    if not settings.DEMO:
        raise NoKey("no_key")
    return open_key()


def _check_grown(last: Checkpoint | None, head: LogHead) -> bytes:
    """The root of the head, once the stored entries are proved to lead to it from the last signed tree."""
    tree = StoredTree()
    if last is not None and head.size < last.size:
        raise LogBroken("shrunk", size=head.size, signed=last.size)
    root = Frontier.load(head.size, bytes(head.frontier)).root()
    if last is None:
        if tree.root(head.size) != root:
            raise LogBroken("rewritten", size=head.size, signed=0)
        return root
    try:
        check_consistency(
            first=last.size,
            second=head.size,
            first_root=bytes(last.root),
            second_root=root,
            proof=tree.consistency(last.size, head.size),
        )
    except BadProof as fault:
        raise LogBroken("rewritten", size=head.size, signed=last.size) from fault
    return root
