"""A checkpoint is signed only when the log goes on from the last one; keys live in private files and are rotated."""

from __future__ import annotations

import stat
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from community import clock
from tests.harness import guards
from tests.traceability.log.telling import told_batch
from traceability.batches.models import Batch
from traceability.events.logged import sign_and_tell, try_to_sign
from traceability.events.models import Event
from traceability.genealogy.models import Edge
from traceability.log.appending import append
from traceability.log.checkpoints import make_checkpoint
from traceability.log.keys import NoKey, key_path, open_key, published_vkeys, rotate_key, signer
from traceability.log.leaves import Leaf
from traceability.log.models import Checkpoint, LogHead, SigningKey
from traceability.log.notes import parse_checkpoint, parse_vkey, verify_note
from traceability.log.proving import LogBroken

pytestmark = pytest.mark.django_db


def grow(count: int) -> None:
    append([Leaf("recall", f"recall:{number}", {"n": number}) for number in range(count)])


def run(statement: str, *values: object) -> None:
    with guards.lifted(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_an_empty_log_signs_nothing() -> None:
    assert make_checkpoint() is None and not Checkpoint.objects.exists()


def test_a_checkpoint_is_made_when_the_log_grew() -> None:
    grow(3)
    first = make_checkpoint()
    assert make_checkpoint() == first
    grow(300)
    second = make_checkpoint()
    assert (first.size, second.size) == (3, 303)
    tree = parse_checkpoint(verify_note(second.note, published_vkeys()))
    assert (tree.origin, tree.size, tree.root) == ("localhost:8000/tlog", 303, second.root)


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("DELETE FROM traceability_logentry WHERE seq >= 5", "rows_missing"),
        ("UPDATE traceability_logentry SET leaf_hash = zeroblob(32) WHERE seq = 1", "rewritten"),
        ("UPDATE traceability_loghead SET size = 1", "shrunk"),
    ],
)
def test_a_log_that_was_cut_or_rewritten_is_never_signed(statement: str, code: str) -> None:
    grow(3)
    kept = make_checkpoint()
    grow(4)
    if connection.vendor == "postgresql":
        statement = statement.replace("zeroblob(32)", r"decode(repeat('00', 32), 'hex')")
    run(statement)
    with pytest.raises(LogBroken) as refused:
        make_checkpoint()
    assert refused.value.code == code
    assert list(Checkpoint.objects.all()) == [kept]
    assert try_to_sign() is None
    with pytest.raises(CommandError, match="nothing was signed"):
        call_command("tlog_checkpoint")


def test_the_private_key_is_a_file_of_its_own_that_nobody_else_reads(own_keys: Path) -> None:
    key = open_key()
    assert open_key() == key
    [file] = own_keys.iterdir()
    assert file == key_path(key) and stat.S_IMODE(file.stat().st_mode) == 0o600
    private = signer(key).private_bytes_raw()
    for field in SigningKey._meta.concrete_fields:
        assert private.hex() not in str(field.value_from_object(key))


def test_a_lost_or_strange_key_file_signs_nothing(own_keys: Path) -> None:
    grow(1)
    key = open_key()
    path = key_path(key)
    path.write_text("no key")
    with pytest.raises(NoKey, match="key_file_wrong"):
        make_checkpoint()
    path.unlink()
    with pytest.raises(NoKey, match="key_file_missing"):
        make_checkpoint()
    path.mkdir()  # nothing that can be read, like a file of another user
    with pytest.raises(NoKey, match="key_file_unreadable"):
        make_checkpoint()
    assert not Checkpoint.objects.exists()


def test_outside_a_demo_a_key_is_made_on_purpose_only(settings) -> None:
    settings.DEMO = False
    grow(1)
    with pytest.raises(NoKey, match="no_key"):
        make_checkpoint()
    call_command("tlog_init", stdout=StringIO())
    assert Checkpoint.objects.get().size == 1


def test_after_rotation_the_new_key_signs_and_the_old_one_stays_published(
    django_capture_on_commit_callbacks, own_keys: Path
) -> None:
    grow(2)
    old = make_checkpoint()
    with django_capture_on_commit_callbacks(execute=True), clock.at(clock.now() + timedelta(days=1)):
        call_command("tlog_rotate", stdout=StringIO())
        grow(2)
        new = make_checkpoint()
    first, second = SigningKey.objects.all()
    assert first.retired_at == second.active_from and second.retired_at is None
    assert [str(each) for each in published_vkeys()] == [first.vkey, second.vkey]
    verify_note(old.note, [parse_vkey(first.vkey)])
    verify_note(new.note, [parse_vkey(second.vkey)])
    assert [file.name for file in own_keys.iterdir()] == [f"tlog-{second.key_id}.pem"]


def test_a_first_checkpoint_draws_the_pages_of_its_batches_anew(cast) -> None:
    batch, other = told_batch(cast, events=2), told_batch(cast, events=0)
    before = dict(Batch.objects.values_list("pk", "page_version"))
    sign_and_tell()
    sign_and_tell()
    after = dict(Batch.objects.values_list("pk", "page_version"))
    assert after[batch.pk] == before[batch.pk] + 1 and after[other.pk] == before[other.pk]


def test_a_checkpoint_also_draws_the_pages_of_lots_made_of_those_it_tells_of(cast) -> None:
    raw, made = told_batch(cast, events=2), told_batch(cast, events=0)
    Edge.objects.create(parent=raw, child=made, event=Event.objects.filter(batch=raw).first(), parent_base=1)
    before = made.page_version
    sign_and_tell()
    made.refresh_from_db()
    assert made.page_version == before + 1


def test_a_checkpoint_of_a_large_log_reads_little(django_assert_max_num_queries) -> None:
    grow(1500)
    make_checkpoint()
    grow(1)
    with django_assert_max_num_queries(16):
        make_checkpoint()
    assert LogHead.objects.get().size == 1501


def test_rotating_twice_leaves_one_key_that_signs() -> None:
    open_key()
    rotate_key()
    rotate_key()
    assert SigningKey.objects.count() == 3 and SigningKey.objects.filter(retired_at=None).count() == 1
