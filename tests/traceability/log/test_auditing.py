"""Whatever somebody with the database's password changes is found; an untouched log never alarms."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, timedelta
from io import StringIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from community import clock
from tests.harness import guards
from tests.making import make_certificate, make_published_batch, make_st25_pack
from tests.traceability.log.telling import MORNING, told_batch
from traceability.balance.certifying import check_certificate, revoke_certificate
from traceability.batches.models import Batch, Posting, PostingKind
from traceability.batches.posting import Movement, cancel, post
from traceability.certificates.models import Certificate
from traceability.epcis.canonical import canonical_json
from traceability.events.correcting import declare_error
from traceability.events.logged import enter_missing, sign_and_tell
from traceability.events.matching import Matching
from traceability.events.models import Event, Evidence
from traceability.events.sealing import SUBJECT, seal_movements
from traceability.labels.models import LabelRun
from traceability.labels.printing import Wish, print_labels
from traceability.log.appending import append
from traceability.log.auditing import audit_log
from traceability.log.checkpoints import make_checkpoint
from traceability.log.keys import rotate_key
from traceability.log.leaves import KINDS, LABEL_RUN, MOVEMENTS, Leaf
from traceability.log.merkle import leaf_hash
from traceability.log.models import Checkpoint, LogEntry, LogHead, PrivatePart
from traceability.log.parts import cut
from traceability.management.commands.tlog_audit import examine

pytestmark = pytest.mark.django_db


def codes() -> set[str]:
    """What tlog_audit finds."""
    report, _seconds = examine(chunk=4)
    for finding in report.findings:
        print(finding)
    return {finding.code for finding in report.findings}


def run(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount != 0, "the tampering changed nothing"


@pytest.fixture
def signed(cast) -> list[Event]:
    """Nine events, the first two with a photo; signed after five, and again at the end with one declared wrong and a
    certificate that was recorded, accepted and revoked."""
    batch = told_batch(cast, events=5, photos=2)
    sign_and_tell()
    told_batch(cast, events=4, day=MORNING + timedelta(days=1))
    events = list(Event.objects.order_by("pk"))
    with clock.at(MORNING + timedelta(days=2)):
        declare_error(
            event=events[-1],
            reason="did_not_occur",
            note="nhầm lô",
            client_uuid=uuid4(),
            declared_at=clock.now(),
            actor=cast.lan_acts,
        )
    paper = make_certificate(batch.product, checked_at=None)
    check_certificate(certificate=paper, actor=cast.hoa_acts)
    revoke_certificate(certificate=paper, on=clock.today(), actor=cast.hoa_acts)
    sign_and_tell()
    assert codes() == set()
    return events


def edit_payload() -> None:
    run("UPDATE traceability_event SET body = replace(body, 'lần 1', 'lần 7') WHERE id = %s", ids()[1])


def edit_payload_and_its_hash() -> None:
    import hashlib

    event = Event.objects.get(pk=ids()[1])
    body = event.body.replace("lần 1", "lần 7")
    digest = hashlib.sha256(body.encode()).hexdigest()
    run("UPDATE traceability_event SET body = %s, body_sha256 = %s WHERE id = %s", body, digest, event.pk)


def edit_column() -> None:
    moment = connection.ops.adapt_datetimefield_value(MORNING - timedelta(days=30))
    run("UPDATE traceability_event SET event_time = %s WHERE id = %s", moment, ids()[2])


def edit_step() -> None:
    run("UPDATE traceability_event SET biz_step = 'commissioning-x' WHERE id = %s", ids()[2])


def back_date_arrival() -> None:
    moment = connection.ops.adapt_datetimefield_value(MORNING - timedelta(days=3))
    run("UPDATE traceability_event SET received_at = %s WHERE id = %s", moment, ids()[-1])


def insert_event_only() -> None:
    columns = [field.column for field in Event._meta.concrete_fields if field.column != "id"]
    uuid = connection.ops.adapt_unknown_value(uuid4().hex) if connection.vendor == "sqlite" else str(uuid4())
    values = {"event_id": "'ni:///sha-256;00?ver=CBV2.0'", "client_uuid": f"'{uuid}'"}
    chosen = ", ".join(values.get(column, column) for column in columns)
    run(
        f"INSERT INTO traceability_event ({', '.join(columns)}) SELECT {chosen} FROM traceability_event WHERE id = %s",
        ids()[0],
    )


def delete_event_and_entry() -> None:
    run("DELETE FROM traceability_logentry WHERE seq = 3")


def cut_tail() -> None:
    run("DELETE FROM traceability_privatepart")
    run("DELETE FROM traceability_logentry WHERE seq >= 6")


def cut_tail_and_head() -> None:
    """The careful way: the last entries, the last checkpoint, and the head as it was at the first checkpoint."""
    from traceability.log.merkle import frontier_of

    run("DELETE FROM traceability_privatepart")
    kept = [bytes(each) for each in LogEntry.objects.filter(seq__lt=7).values_list("leaf_hash", flat=True)]
    run("DELETE FROM traceability_logentry WHERE seq >= 7")
    run("UPDATE traceability_loghead SET size = 7, frontier = %s", frontier_of(kept).dump())


def reorder() -> None:
    run("UPDATE traceability_logentry SET seq = 900 WHERE seq = 2")
    run("UPDATE traceability_logentry SET seq = 2 WHERE seq = 3")
    run("UPDATE traceability_logentry SET seq = 3 WHERE seq = 900")


def edit_leaf() -> None:
    run("UPDATE traceability_logentry SET leaf = replace(leaf, 'lần 2', 'lần 9') WHERE seq = 2")


def edit_leaf_and_its_hash() -> None:
    leaf = LogEntry.objects.get(seq=2).leaf.replace("lần 2", "lần 9")
    run("UPDATE traceability_logentry SET leaf = %s, leaf_hash = %s WHERE seq = 2", leaf, leaf_hash(leaf.encode()))


def rewrite_all() -> None:
    """Everything that is stored beside the checkpoints, made to fit again."""
    from traceability.log.merkle import frontier_of

    edit_payload_and_its_hash()
    edit_leaf_of_one()
    hashes = [bytes(each) for each in LogEntry.objects.values_list("leaf_hash", flat=True)]
    run("UPDATE traceability_loghead SET frontier = %s", frontier_of(hashes).dump())


def edit_leaf_of_one() -> None:
    leaf = LogEntry.objects.get(seq=1).leaf.replace("lần 1", "lần 7")
    run("UPDATE traceability_logentry SET leaf = %s, leaf_hash = %s WHERE seq = 1", leaf, leaf_hash(leaf.encode()))


def point_elsewhere() -> None:
    run("UPDATE traceability_logentry SET subject = %s WHERE seq = 2", f"event:{ids()[0]}")


def edit_checkpoint_note() -> None:
    note = Checkpoint.objects.first().note.replace("\n5\n", "\n4\n")
    run("UPDATE traceability_checkpoint SET note = %s WHERE size = 5", note)


def edit_checkpoint_row() -> None:
    run("UPDATE traceability_checkpoint SET size = 4 WHERE size = 5")


def edit_declaration() -> None:
    run("UPDATE traceability_errordeclaration SET body = replace(body, 'nhầm lô', 'đúng')")


def delete_declaration() -> None:
    run("DELETE FROM traceability_errordeclaration")


def swap_evidence() -> None:
    one, two = Evidence.objects.order_by("pk")
    run("UPDATE traceability_evidence SET photo_id = %s WHERE id = %s", two.photo_id, one.pk)


def swap_evidence_hash() -> None:
    run("UPDATE traceability_evidence SET sha256 = %s WHERE id = %s", "0" * 64, Evidence.objects.first().pk)


def drop_evidence() -> None:
    run("DELETE FROM traceability_evidence WHERE id = %s", Evidence.objects.first().pk)


def edit_photo_file() -> None:
    path = Path(Evidence.objects.first().photo.file.path)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def edit_certificate() -> None:
    run("UPDATE traceability_certificate SET expires_on = '2090-01-01'")


def take_back_revocation() -> None:
    run("UPDATE traceability_certificate SET revoked_on = NULL")


def accept_by_sql() -> None:
    moment = connection.ops.adapt_datetimefield_value(MORNING)
    run("UPDATE traceability_certificate SET checked_at = %s", moment)


def widen_certificate() -> None:
    run("DELETE FROM traceability_certificate_products")


def delete_certificate() -> None:
    run("DELETE FROM traceability_certificate_products")
    run("DELETE FROM traceability_certificate")


def insert_certificate() -> None:
    columns = [field.column for field in Certificate._meta.concrete_fields if field.column != "id"]
    listed = ", ".join(columns)
    run(f"INSERT INTO traceability_certificate ({listed}) SELECT {listed} FROM traceability_certificate")


def ids() -> list[int]:
    return list(Event.objects.order_by("pk").values_list("pk", flat=True))


TAMPERING: dict[Callable[[], None], str] = {
    edit_payload: "body_hash",
    edit_payload_and_its_hash: "payload",
    edit_column: "columns",
    edit_step: "columns",
    back_date_arrival: "received",
    insert_event_only: "not_in_log",
    delete_event_and_entry: "gap",
    cut_tail: "tail",
    cut_tail_and_head: "tail",
    reorder: "root",
    edit_leaf: "leaf_hash",
    edit_leaf_and_its_hash: "root",
    rewrite_all: "root",
    point_elsewhere: "twice",
    edit_checkpoint_note: "signature",
    edit_checkpoint_row: "checkpoint_row",
    edit_declaration: "payload",
    delete_declaration: "row_gone",
    swap_evidence: "evidence",
    swap_evidence_hash: "evidence",
    drop_evidence: "evidence",
    edit_photo_file: "evidence",
    edit_certificate: "payload",
    take_back_revocation: "payload",
    accept_by_sql: "payload",
    widen_certificate: "payload",
    delete_certificate: "row_gone",
    insert_certificate: "not_in_log",
}


@pytest.fixture
def sold(cast) -> Batch:
    """A lot that was packed, published, labelled and partly promised to a buyer; signed."""
    batch = make_published_batch(make_st25_pack(cast.huong_que))
    wish = Wish(sheet=LabelRun.PRINTING_HOUSE, count=5)
    print_labels(batch=batch, wish=wish, key=uuid4(), actor=cast.lan_acts)
    post(batch_id=batch.pk, movement=Movement(PostingKind.RESERVE, batch.pack.net_quantity_base, key="promise"))
    post(batch_id=batch.pk, movement=Movement(PostingKind.RESERVE, batch.pack.net_quantity_base, key="another"))
    post(batch_id=batch.pk, movement=Movement(PostingKind.RELEASE, batch.pack.net_quantity_base, key="given back"))
    assert seal_movements() == Posting.objects.count() > 3
    sign_and_tell()
    assert codes() == set()
    return batch


PACKED, PROMISED = "kind = 'pack'", "kind = 'reserve'"
GIVEN_BACK = "key IN ('another', 'given back')"  # together they change no sum
HALVED = "quantity_base = quantity_base / 2, on_hand_delta = on_hand_delta / 2, available_delta = available_delta / 2"
LATER = "at = '2020-01-01 00:00:00+00'"
OF_ROWS = {
    "edit_amount": ("UPDATE traceability_posting SET quantity_base = 7 WHERE " + PACKED, "movement"),
    "edit_movement": (f"UPDATE traceability_posting SET {HALVED} WHERE {PACKED}", "movement"),
    "edit_promise": (f"UPDATE traceability_posting SET {HALVED} WHERE {PROMISED}", "sums"),
    "back_date_movement": (f"UPDATE traceability_posting SET {LATER} WHERE {PACKED}", "movement"),
    "unbind_movement": ("UPDATE traceability_posting SET event_id = NULL WHERE " + PACKED, "movement"),
    "other_kind": ("UPDATE traceability_posting SET kind = 'waste' WHERE " + PACKED, "movement"),
    "delete_movement": ("DELETE FROM traceability_posting WHERE " + PACKED, "movement_gone"),
    "delete_promise": ("DELETE FROM traceability_posting WHERE " + PROMISED, "sums"),
    "edit_promise_and_its_undoing": (f"UPDATE traceability_posting SET {HALVED} WHERE {GIVEN_BACK}", "seal"),
    "delete_promise_and_its_undoing": (f"DELETE FROM traceability_posting WHERE {GIVEN_BACK}", "seal"),
    "back_date_promise": (f"UPDATE traceability_posting SET {LATER} WHERE {PROMISED}", "seal"),
    "rename_promise": (f"UPDATE traceability_posting SET key = 'mine' WHERE {GIVEN_BACK} AND key = 'another'", "seal"),
    "edit_stock": ("UPDATE traceability_batch SET on_hand_base = on_hand_base + 1000", "sums"),
    "edit_lot": ("UPDATE traceability_batch SET lot_code = 'OTHER'", "payload"),
    "edit_best_before": ("UPDATE traceability_batch SET best_before_on = '2090-01-01'", "payload"),
    "edit_public_code": ("UPDATE traceability_batch SET public_code = 'ABCDEFGHJK'", "payload"),
    "unpublish": ("UPDATE traceability_batch SET status = 'draft'", "columns"),
    "edit_labels": ("UPDATE traceability_labelrun SET count = 6", "payload"),
    "renumber_labels": ("UPDATE traceability_labelrun SET first_number = 9", "payload"),
    "delete_labels": ("DELETE FROM traceability_labelrun", "row_gone"),
}


@pytest.mark.parametrize("tamper", OF_ROWS)
def test_tampering_with_movements_batches_and_labels_is_found(sold: Batch, tamper: str) -> None:
    statement, code = OF_ROWS[tamper]
    with guards.lifted():
        run(statement)
    assert code in codes()


def test_each_movement_is_sealed_once_and_what_moved_since_by_the_next_seal(sold: Batch) -> None:
    assert seal_movements() == 0
    post(batch_id=sold.pk, movement=Movement(PostingKind.RESERVE, sold.pack.net_quantity_base, key="later"))
    assert seal_movements() == 1
    seals = LogEntry.objects.filter(kind=MOVEMENTS)
    assert [seal.subject for seal in seals][-1] == f"{SUBJECT}{Posting.objects.latest('pk').pk}"
    assert seals.count() == 2
    assert codes() == set()


def test_a_seal_is_made_of_parts_when_much_moved(sold: Batch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("traceability.events.sealing.MOST_AT_ONCE", 2)
    for number in range(5):
        post(batch_id=sold.pk, movement=Movement(PostingKind.RESERVE, sold.pack.net_quantity_base, key=str(number)))
    assert seal_movements() == 5
    seals = LogEntry.objects.filter(kind=MOVEMENTS)
    assert [json.loads(seal.leaf)["payload"]["count"] for seal in seals][1:] == [2, 2, 1]
    assert codes() == set()


def test_a_movement_put_in_before_the_seal_is_found(sold: Batch) -> None:
    first = Posting.objects.earliest("pk").pk
    with guards.lifted():
        run("UPDATE traceability_posting SET id = %s WHERE id = %s", first - 1, Posting.objects.latest("pk").pk)
    assert "seal" in codes()


def test_what_was_made_public_or_printed_past_the_log_is_found(cast, sold: Batch) -> None:
    told_batch(cast, events=1)
    with guards.lifted():
        run("UPDATE traceability_batch SET status = 'published'")
        columns = ", ".join(
            field.column for field in LabelRun._meta.concrete_fields if field.column not in ("id", "code", "key")
        )
        chosen = columns.replace("first_number", "first_number + 5")
        run(
            f"INSERT INTO traceability_labelrun (code, key, {columns}) "
            f"SELECT 'ABCDEFGHJK', %s, {chosen} FROM traceability_labelrun",
            uuid4().hex if connection.vendor == "sqlite" else uuid4(),
        )
    report, _seconds = examine()
    assert {finding.where.split()[0] for finding in report.findings if finding.code == "not_in_log"} == {
        "batch",
        "labels",
    }


def test_movements_taken_back_and_sums_with_a_shortfall_never_alarm(cast, sold: Batch) -> None:
    packed = sold.postings.get(kind="pack")
    cancel(packed)
    assert codes() == set()


@pytest.mark.parametrize("tamper", TAMPERING, ids=lambda each: each.__name__)
def test_tampering_is_found(signed, tamper: Callable[[], None]) -> None:
    with guards.lifted():
        tamper()
    assert TAMPERING[tamper] in codes()


def test_a_back_dated_insert_shows_its_true_time(signed) -> None:
    """Somebody enters an event today and says it came three days before: the log's own time gives it away."""
    with guards.lifted():
        insert_event_only()
    late = Event.objects.order_by("-pk").first()
    leaf = Leaf("epcis-event", f"event:{late.pk}", {"eventID": late.event_id}, received=None)
    with clock.at(MORNING + timedelta(days=9)):
        append([leaf])
    assert {"received", "payload"} <= codes()


def test_a_dropped_trigger_is_found() -> None:
    guards.down()
    assert codes() == {"trigger_missing"}
    guards.up()
    assert codes() == set()


def test_a_key_signs_only_in_its_period(signed) -> None:
    run("UPDATE traceability_signingkey SET active_from = %s", connection.ops.adapt_datetimefield_value(clock.now()))
    assert "key_period" in codes()


def test_rotation_and_erasure_leave_the_log_whole(cast, signed) -> None:
    append([Leaf("recall", "recall:1", {"n": 1}, private={"who": "Lan"})])
    PrivatePart.objects.all().delete()
    rotate_key()
    told_batch(cast, events=2, day=MORNING + timedelta(days=5))
    sign_and_tell()
    assert Checkpoint.objects.values("key").distinct().count() == 2
    assert codes() == set()


WORDS = st.text('aZ09ệĐ€😀\ue000"\\\n\t\x7f,:{}[]', max_size=12)
VALUES = st.one_of(
    WORDS,
    st.sampled_from(['","recordTime":"', ',"payload":', '"seq":0', ',"private":"']),
    st.integers(-(2**53) + 1, 2**53 - 1),
    st.floats(-(2.0**52), 2.0**52),
    st.none(),
    st.booleans(),
)
LEAVES = st.builds(
    Leaf,
    kind=st.sampled_from(sorted(KINDS & {"recall"})),
    subject=WORDS,
    payload=st.dictionaries(WORDS, VALUES, max_size=4),
    about=st.lists(WORDS, max_size=3).map(tuple),
    actor=WORDS,
    private=st.none() | st.just({"name": "Lan"}),
    received=st.none() | st.datetimes(timezones=st.just(UTC)),
)


@effort(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(st.lists(LEAVES, max_size=5), max_size=5), st.integers(0, 4))
def test_an_untouched_log_never_alarms(groups: list[list[Leaf]], sign_every: int) -> None:
    with transaction.atomic():
        for number, group in enumerate(groups):
            append(group)
            if sign_every and number % sign_every == 0:
                make_checkpoint()
        assert codes() == set()
        for entry in LogEntry.objects.all():
            told = cut(entry.seq, entry.kind, entry.subject, entry.leaf)
            assert told is not None and json.loads(told.payload) == json.loads(entry.leaf)["payload"]
            assert canonical_json(json.loads(entry.leaf)).decode() == entry.leaf, "the members stand in their order"
        transaction.set_rollback(True)


def test_older_records_are_entered_in_their_order_once(signed) -> None:
    with guards.lifted():
        for table in ("checkpoint", "privatepart", "logentry", "subtree", "loghead"):
            with connection.cursor() as cursor:
                cursor.execute(f"DELETE FROM traceability_{table}")
    assert enter_missing() == 11 and enter_missing() == 0
    subjects = list(LogEntry.objects.values_list("subject", flat=True))
    assert subjects[:9] == [f"event:{each}" for each in ids()]
    assert subjects[9].startswith("declaration:") and subjects[10].startswith("certificate:")
    sign_and_tell()
    assert codes() == set()


def test_what_came_past_the_log_stays_a_finding_whoever_sets_up_again(signed) -> None:
    """A certificate written by SQL must not become an accepted one at the next deployment."""
    paper = Certificate.objects.get()
    paper.pk, paper.number = None, "FORGED-1"
    paper.save()
    before = LogEntry.objects.count()
    assert enter_missing() == 0 and LogEntry.objects.count() == before
    call_command("tlog_init", verbosity=0)
    assert "not_in_log" in codes()


def test_the_command_names_what_does_not_fit_and_fails(signed, tmp_path: Path) -> None:
    out = StringIO()
    call_command("tlog_audit", stdout=out)
    assert "everything fits" in out.getvalue()
    held = tmp_path / "older.txt"
    held.write_text(Checkpoint.objects.get(size=5).note, encoding="utf-8")
    with guards.lifted():
        cut_tail()
    said = StringIO()
    with pytest.raises(CommandError, match="not whole"):
        call_command("tlog_audit", stdout=StringIO(), stderr=said, checkpoint=[str(held)])
    assert "signed over 13 entries, and only 6 are left" in said.getvalue()


def test_a_checkpoint_that_others_kept_finds_a_log_rewritten_with_its_own_checkpoints(cast, tmp_path: Path) -> None:
    """The operator can rewrite everything of its own; not what it gave away."""
    told_batch(cast, events=3)
    held = tmp_path / "older.txt"
    held.write_text(sign_and_tell().note, encoding="utf-8")
    with guards.lifted():
        edit_payload_and_its_hash()
        for table in ("checkpoint", "logentry", "subtree", "loghead"):
            run(f"DELETE FROM traceability_{table}") if table != "subtree" else None
    enter_missing()
    sign_and_tell()
    assert codes() == set(), "seen from inside all is well"
    with pytest.raises(CommandError, match="not whole"):
        call_command("tlog_audit", stdout=StringIO(), stderr=StringIO(), checkpoint=[str(held)])


def test_the_audit_reads_chunks_not_rows(signed, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(16):
        audit_log(rooms=[Matching()])
    assert LogHead.objects.get().size == 13


def entered(count: int) -> None:
    append([Leaf(LABEL_RUN, f"labelrun:{number}", {"number": number}) for number in range(count)])


@pytest.mark.parametrize("seq", [0, 255, 256, 299, 300, 700])
def test_whole_tiles_of_the_tree_hide_nothing(seq: int) -> None:
    """Read 256 at a time where nothing was signed between: a leaf rewritten with its hash is found in any of them."""
    entered(300)
    make_checkpoint()
    entered(724)
    make_checkpoint()
    report = audit_log()
    assert report.is_clean and report.entries == 1024
    with guards.lifted():
        leaf = LogEntry.objects.get(seq=seq).leaf.replace('"number":', '"other":')
        run(
            "UPDATE traceability_logentry SET leaf = %s, leaf_hash = %s WHERE seq = %s",
            leaf,
            leaf_hash(leaf.encode()),
            seq,
        )
    found = {(finding.code, finding.where) for finding in audit_log().findings}
    tile = seq // 256
    signed = {("root", f"checkpoint {size}") for size in (300, 1024) if seq < size}
    assert found == signed | {("subtree", f"subtree 8/{tile}"), ("head", "head")}
