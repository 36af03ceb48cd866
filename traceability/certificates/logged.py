"""Certificates in the log: each leaf says the whole paper as it stood after an act, so the newest is what counts.

Who looked at the paper is a private part: a salted commitment in the leaf. A leaf is made in the transaction of the
change it tells of, after every other lock (the log's head is locked last).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db.models import Max

from community.audit.actors import Actor
from traceability.certificates.models import Certificate
from traceability.log.appending import append
from traceability.log.leaves import CERTIFICATE, Leaf, instant
from traceability.log.models import LogEntry
from traceability.log.parts import Finding, Told, cut

SUBJECT = "certificate:"
AT_ONCE = 500


class Act(StrEnum):
    """``refused``: staff took back that it counts; ``restored``: that it was revoked. ``changed``: what it covers, its
    dates or its words."""

    RECORDED = "recorded"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    REVOKED = "revoked"
    RESTORED = "restored"
    CHANGED = "changed"


def facts_of(paper: Certificate) -> dict[str, Any]:
    """What its own row says, as a leaf says it; no query. No person is named."""
    return {
        "certificate": paper.pk,
        "scheme": paper.scheme,
        "number": paper.number,
        "issuer": paper.issuer,
        "issuerEn": paper.issuer_en,
        "stars": paper.stars,
        "issuedOn": paper.issued_on.isoformat(),
        "expiresOn": paper.expires_on.isoformat() if paper.expires_on else None,
        "revokedOn": paper.revoked_on.isoformat() if paper.revoked_on else None,
        "checkedAt": instant(paper.checked_at) if paper.checked_at else None,
        "mostBase": paper.max_quantity_base,
    }


def payload_of(paper: Certificate) -> dict[str, Any]:
    """All but the act: the row, its holder, the products and plots it covers (none: all of the holder's)."""
    return facts_of(paper) | {
        "holder": _party(paper),
        "products": sorted(product.code for product in paper.products.all()),
        "plots": sorted(plot.code for plot in paper.plots.all()),
    }


def _party(paper: Certificate) -> str:
    return f"{settings.ID_BASE_URL.rstrip('/')}/p/{paper.cooperative.code}"


def log_certificate(
    *, paper: Certificate, said: Sequence[tuple[Act, Mapping[str, Any]]], actor: Actor
) -> list[LogEntry]:
    """Append each act with what the paper said after it (:func:`payload_of`), in the caller's transaction and as its
    last lock; none for an act that changed nothing. The paper's row is locked."""
    private = {"by": actor.label, "user": actor.user.pk} if actor.user else None
    newest = newest_of([paper.pk]).get(paper.pk)
    before = _compared(json.loads(newest.payload)) if newest else None
    leaves = []
    for act, payload in said:
        if _compared(payload) == before:
            continue
        told = Act.RECORDED if before is None and act is Act.CHANGED else act
        leaves.append(_leaf(paper, {**payload, "act": str(told)}, private=private))
        before = _compared(payload)
    return append(leaves)


def _leaf(paper: Certificate, payload: Mapping[str, Any], *, private: Mapping[str, Any] | None = None) -> Leaf:
    return Leaf(CERTIFICATE, f"{SUBJECT}{paper.pk}", payload, actor=_party(paper), private=private)


def newest_of(keys: Iterable[int]) -> dict[int, Told]:
    """The newest leaf of each of these certificates that has one. Two queries for every 500."""
    subjects, found = [f"{SUBJECT}{key}" for key in keys], {}
    for first in range(0, len(subjects), AT_ONCE):
        mine = LogEntry.objects.filter(kind=CERTIFICATE, subject__in=subjects[first : first + AT_ONCE])
        last = mine.order_by().values("subject").annotate(last=Max("seq")).values_list("last", flat=True)
        for entry in LogEntry.objects.filter(seq__in=list(last)):
            if told := cut(entry.seq, entry.kind, entry.subject, entry.leaf):
                found[int(entry.subject.removeprefix(SUBJECT))] = told
    return found


def _compared(payload: Mapping[str, Any]) -> dict[str, Any]:
    """What a row must say: not the act, and of the holder's address the code alone, for a site may move."""
    facts = {name: value for name, value in payload.items() if name != "act"}
    return facts | {"holder": str(payload.get("holder")).rsplit("/", 1)[-1]}


def is_told_so(paper: Certificate, product_code: str, payload: Mapping[str, Any]) -> bool:
    """Does the newest leaf say what a page of this product shows of the paper? No query."""
    return payload.items() >= facts_of(paper).items() and product_code in payload.get("products", ())


def was_accepted(key: int) -> bool:
    """Only a paper that staff once accepted is told to the world, with all that came before and after."""
    return LogEntry.objects.filter(
        kind=CERTIFICATE, subject=f"{SUBJECT}{key}", leaf__contains='"act":"accepted"'
    ).exists()


def leaves_that_lack(most: int) -> list[Leaf]:
    """Of certificates older than the log, a part of them: as they stand now."""
    keys = list(Certificate.objects.order_by("pk").values_list("pk", flat=True))
    there = newest_of(keys)
    missing = [key for key in keys if key not in there][:most]
    return [
        _leaf(paper, payload_of(paper) | {"act": str(Act.ACCEPTED if paper.checked_at else Act.RECORDED)})
        for paper in _whole(missing)
    ]


def _whole(keys: Sequence[int]) -> Iterable[Certificate]:
    papers = Certificate.objects.filter(pk__in=keys).select_related("cooperative").order_by("pk")
    return papers.prefetch_related("products", "plots")


class CertificateMatching:
    """Do the certificates still say what the log says? A room of the audit."""

    def __init__(self) -> None:
        self._told: dict[int, int] = {}

    def compare(self, told: Sequence[Told]) -> tuple[list[Finding], dict[int, int]]:
        found, numbers = [], {}
        for leaf in told:
            if leaf.kind == CERTIFICATE:
                key = leaf.subject.removeprefix(SUBJECT)
                if leaf.subject.startswith(SUBJECT) and key.isascii() and key.isdigit():
                    numbers[int(key)] = leaf.seq
                else:
                    found.append(Finding("subject", f"entry {leaf.seq}", "it names no certificate"))
        return found, numbers

    def take(self, carried: dict[int, int]) -> Iterable[Finding]:
        self._told |= carried
        return ()

    def left_over(self) -> Iterator[Finding]:
        keys = list(Certificate.objects.order_by("pk").values_list("pk", flat=True))
        for first in range(0, len(keys), AT_ONCE):
            part = keys[first : first + AT_ONCE]
            yield from _misfits(part, sure=False)
        for key in sorted(self._told.keys() - set(keys)):
            yield Finding("row_gone", f"entry {self._told[key]}", f"certificate {key} is not there any more")


def _misfits(keys: Sequence[int], *, sure: bool) -> Iterator[Finding]:
    """``sure``: looked at twice, for somebody may have changed a paper between our two reads."""
    newest, doubtful = newest_of(keys), []
    for paper in _whole(keys):
        told = newest.get(paper.pk)
        if told is not None and _compared(json.loads(told.payload)) == _compared(payload_of(paper)):
            continue
        if not sure:
            doubtful.append(paper.pk)
        elif told is None:
            yield Finding("not_in_log", f"certificate {paper.pk}", "the log knows nothing of it")
        else:
            yield Finding("payload", f"certificate {paper.pk}", f"it is not the one in entry {told.seq}")
    if doubtful:
        yield from _misfits(doubtful, sure=True)
