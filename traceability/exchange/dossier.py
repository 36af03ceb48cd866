"""A batch's dossier: what the world may know of it and of the lots it was made of, their certificates too, each record
with its proof, and the program that checks them with the network off (``traceability/log/verify.py``)."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Max
from django.db.models.functions import TruncMonth

from community import clock
from community.photos.models import Photo
from traceability.balance.withholding import covers_some
from traceability.batches.addresses import batch_uri
from traceability.batches.models import Batch
from traceability.certificates.logged import SUBJECT as CERTIFICATE_SUBJECT
from traceability.certificates.logged import newest_of
from traceability.certificates.models import Certificate
from traceability.epcis.documents import render_json
from traceability.events.logged import DECLARATION_SUBJECT, EVENT_SUBJECT
from traceability.events.models import ErrorDeclaration, Evidence
from traceability.events.upstream import public_events, upstream_of
from traceability.exchange.tlog import told_vkeys
from traceability.log import verify
from traceability.log.leaves import instant
from traceability.log.models import Checkpoint, LogEntry
from traceability.log.notes import proof_file
from traceability.log.parts import cut
from traceability.log.proving import StoredTree

MOST_EVENTS = 2_000
MOST_PHOTO_BYTES = 20 * 1024 * 1024
MONTHS_BACK, NEWEST = 24, 8  # older checkpoints a dossier can be held against without asking the log
AT_ONCE = 500
README = Path(__file__).parent / "data" / "dossier-readme.txt"


@dataclass(slots=True)
class Dossier:
    """What goes into the file but the photos' bytes. ``truncated``: there is more than a file should hold."""

    batch: Batch
    checkpoint: Checkpoint
    records: list[LogEntry]
    pending: list[str]
    photos: list[Evidence]
    truncated: bool
    tree: StoredTree = field(default_factory=StoredTree)


def dossier_of(batch: Batch, signed: Checkpoint) -> Dossier:
    """Proved by ``signed``. Some twenty queries, and one for every 256 neighbours in the log."""
    upstream = upstream_of(batch)
    lots = [batch.pk, *upstream.lots]
    told = sorted(public_events(upstream), key=lambda event: event.pk)
    truncated = bool(upstream.trace and upstream.trace.truncated) or len(told) > MOST_EVENTS
    events = told[:MOST_EVENTS]
    event_ids = [event.pk for event in events]
    subjects = [f"{EVENT_SUBJECT}{pk}" for pk in event_ids]
    declared = ErrorDeclaration.objects.filter(event__in=event_ids).values_list("pk", flat=True)
    subjects += [f"{DECLARATION_SUBJECT}{pk}" for pk in declared]
    subjects += [f"batch:{pk}" for pk in lots]
    papers = _certificates(lots)
    subjects += [f"{CERTIFICATE_SUBJECT}{paper.pk}" for paper in papers]
    covered = [entry for entry in _entries(subjects) if entry.seq < signed.size]
    there = {entry.subject for entry in covered}
    newest = newest_of(paper.pk for paper in papers)
    late = [paper for paper in papers if paper.pk not in newest or newest[paper.pk].seq >= signed.size]
    return Dossier(
        batch=batch,
        checkpoint=signed,
        records=covered,
        pending=[
            *(event.event_id for event in events if f"{EVENT_SUBJECT}{event.pk}" not in there),
            *(f"certificate {paper.number}" for paper in late),
        ],
        photos=_photos([pk for pk in event_ids if f"{EVENT_SUBJECT}{pk}" in there]),
        truncated=truncated,
    )


def _entries(subjects: Sequence[str]) -> list[LogEntry]:
    parts = [subjects[first : first + AT_ONCE] for first in range(0, len(subjects), AT_ONCE)]
    found = [entry for part in parts for entry in LogEntry.objects.filter(subject__in=part)]
    return sorted(found, key=lambda entry: entry.seq)


def _photos(event_ids: Sequence[int]) -> list[Evidence]:
    shown = Evidence.objects.filter(event__in=event_ids, photo__is_withheld=False)
    bound = shown.select_related("photo").order_by("pk")
    return list({evidence.sha256: evidence for evidence in bound}.values())


def _certificates(batch_ids: Sequence[int]) -> list[Certificate]:
    """Of their products; papers of growing only where one of the lots grew on ground they cover."""
    of_lots = Certificate.objects.filter(products__batches__in=batch_ids, checked_at__isnull=False)
    grown = set(Batch.objects.filter(pk__in=batch_ids).values_list("product", "plot"))
    papers = of_lots.distinct().order_by("scheme", "issued_on", "pk").prefetch_related("products", "plots")
    return [paper for paper in papers if covers_some(paper, grown)]


def file_name(batch: Batch) -> str:
    return f"ho-so-{batch.public_code}.zip"


def write_zip(dossier: Dossier) -> Iterator[bytes]:
    """The file in pieces, as it is made; photos are read one by one."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in _texts(dossier):
            file.writestr(_named(name), text)
            yield from pipe.take()
        for evidence in _small_enough(dossier.photos):
            with evidence.photo.file.open("rb") as photo:
                file.writestr(_named(_photo_name(evidence)), photo.read(), zipfile.ZIP_STORED)
            yield from pipe.take()
    yield from pipe.take()


def _texts(dossier: Dossier) -> Iterator[tuple[str, str]]:
    batch, signed = dossier.batch, dossier.checkpoint
    said = {"lot": batch.lot_code, "uri": batch_uri(batch), "made": clock.today().isoformat(), "file": file_name(batch)}
    yield "README.txt", README.read_text(encoding="utf-8").format(**said)
    yield "verify.py", Path(verify.__file__).read_text(encoding="utf-8")
    yield "dossier.json", _pretty(_manifest(dossier))
    yield "events.json", "[" + ",\n".join(_told(entry) for entry in dossier.records) + "]\n"
    yield "checkpoint.txt", signed.note
    yield "vkeys.txt", told_vkeys(until=signed.made_at)
    for entry in dossier.records:
        yield f"leaves/{entry.seq}.json", entry.leaf
        hashes = dossier.tree.inclusion(entry.seq, signed.size)
        yield f"proofs/{entry.seq}.tlog-proof", proof_file(entry.seq, hashes, signed.note)
    for size in _older_sizes(signed.size):
        hashes = dossier.tree.consistency(size, signed.size)
        proof = [base64.b64encode(each).decode() for each in hashes]
        yield f"consistency/{size}.json", render_json({"from": size, "to": signed.size, "proof": proof})


def _told(entry: LogEntry) -> str:
    """The document as the log has it; what its own table says is for ``tlog_audit`` to compare."""
    told = cut(entry.seq, entry.kind, entry.subject, entry.leaf)
    return f'{{"seq":{entry.seq},"kind":"{entry.kind}","document":{told.payload if told else "null"}}}'


def _manifest(dossier: Dossier) -> dict[str, Any]:
    inside = {evidence.pk for evidence in _small_enough(dossier.photos)}
    return {
        "v": 1,
        "batch": batch_uri(dossier.batch),
        "lot": dossier.batch.lot_code,
        "made": instant(clock.now()),
        "size": dossier.checkpoint.size,
        "records": len(dossier.records),
        "truncated": dossier.truncated,
        "notYetInACheckpoint": dossier.pending,
        "photos": [
            {"sha256": each.sha256, "file": _photo_name(each)}
            if each.pk in inside
            else {"sha256": each.sha256, "url": photo_address(each.photo)}
            for each in dossier.photos
        ],
    }


def photo_address(photo: Photo) -> str:
    return f"{settings.SITE_URL.rstrip('/')}{photo.file.url}"


def _small_enough(photos: Sequence[Evidence]) -> Iterator[Evidence]:
    """Photos in their order until together they would be too much for a phone; those whose file is gone are named."""
    room = MOST_PHOTO_BYTES
    for evidence in photos:
        size = evidence.photo.file_size or 0
        if size <= room and evidence.photo.file.storage.exists(evidence.photo.file.name):
            room -= size
            yield evidence


def _photo_name(evidence: Evidence) -> str:
    return f"evidence/{evidence.sha256}.jpg"


def _older_sizes(size: int) -> list[int]:
    """The last checkpoint of each of the last months, and the newest ones."""
    older = Checkpoint.objects.filter(size__lt=size)
    months = older.annotate(month=TruncMonth("made_at")).values("month").annotate(last=Max("size"))
    monthly = list(months.order_by("-month").values_list("last", flat=True)[:MONTHS_BACK])
    newest = list(older.order_by("-size").values_list("size", flat=True)[:NEWEST])
    return sorted({*monthly, *newest})


def _pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _named(name: str) -> zipfile.ZipInfo:
    """Files carry the day the dossier was made, readable by their owner and everybody."""
    info = zipfile.ZipInfo(name, date_time=clock.now().timetuple()[:6])
    info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
    return info


class _Pipe(io.RawIOBase):
    """Where the zip is written to, and taken from piece by piece."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def take(self) -> Iterator[bytes]:
        pieces, self._pieces = self._pieces, []
        yield from pieces
