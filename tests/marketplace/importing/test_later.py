"""The worker does what was asked only for who still may, and leaves nothing waiting or lying about for ever."""

from __future__ import annotations

from datetime import timedelta

import pytest

from community import clock
from community.accounts.models import User
from community.cooperatives.models import Cooperative, Membership
from marketplace.importing.applying import ask_to_apply
from marketplace.importing.later import work_on_import
from marketplace.importing.models import ImportRow, ImportStatus, SheetImport
from marketplace.importing.sweeping import release_stuck
from marketplace.importing.taking_in import CannotImport, drop_import, place_of, read_upload, upload_sheet
from marketplace.importing.undoing import ask_to_undo
from marketplace.selling.sheet_words import refused_words
from marketplace.tasks import release_stuck_imports, sweep_imports
from tests.making import make_line, make_product
from tests.marketplace.importing.doing import GOODS, HONEY, brought, csv, taken_in
from tests.marketplace.importing.test_taking_in import things
from traceability.products.models import Product

pytestmark = pytest.mark.django_db
LOST = {
    "membership": lambda cast: Membership.objects.filter(user=cast.lan).update(ended_at=clock.now()),
    "role": lambda cast: Membership.objects.filter(user=cast.lan).update(role="packer"),
    "account": lambda cast: User.objects.filter(pk=cast.lan.pk).update(is_active=False),
    "seller": lambda cast: Cooperative.objects.filter(pk=cast.huong_que.pk).update(status="suspended"),
}


@pytest.fixture(autouse=True)
def _ground(settings, tmp_path, site_ready) -> None:
    settings.DATA_DIR = tmp_path
    make_line()


@pytest.mark.parametrize("lost", LOST)
@pytest.mark.parametrize("ask", [ask_to_apply, ask_to_undo])
def test_who_lost_the_right_while_it_waited_gets_nothing_done(cast, ask, lost) -> None:
    sheet = (brought if ask is ask_to_apply else taken_in)(csv(GOODS, HONEY), cast.huong_que, cast.lan_acts)
    before, stood = things(), sheet.status
    ask(sheet=sheet, actor=cast.lan_acts)
    LOST[lost](cast)
    work_on_import.call_local(sheet.pk)
    sheet.refresh_from_db()
    assert things() == before and (sheet.status, sheet.refused) == (stood, {"code": "not_allowed"})


def test_who_still_may_gets_it_done(cast) -> None:
    sheet = brought(csv(GOODS, HONEY), cast.huong_que, cast.lan_acts)
    ask_to_apply(sheet=sheet, actor=cast.lan_acts)
    work_on_import.call_local(sheet.pk)
    sheet.refresh_from_db()
    assert sheet.status == ImportStatus.APPLIED


def test_a_name_that_was_saved_at_the_same_moment_is_said_and_waits_for_nobody(cast, monkeypatch) -> None:
    taken = make_product(cast.huong_que, name="Mật ong rừng khác").listing
    sheet = brought(csv(GOODS, HONEY), cast.huong_que, cast.lan_acts)
    before = things()
    with monkeypatch.context() as patched:  # as when the other listing came after the look at free addresses
        patched.setattr("marketplace.listings.many._free_slugs", lambda titles: [taken.slug for _each in titles])
        ask_to_apply(sheet=sheet, actor=cast.lan_acts)
        work_on_import.call_local(sheet.pk)
    sheet.refresh_from_db()
    assert things() == before and (sheet.status, sheet.refused) == (ImportStatus.CHECKED, {"code": "clash"})
    assert "Đúng lúc đó" in refused_words("clash", {})
    ask_to_apply(sheet=sheet, actor=cast.lan_acts)
    work_on_import.call_local(sheet.pk)
    sheet.refresh_from_db()
    assert sheet.status == ImportStatus.APPLIED


@pytest.mark.parametrize("ask", [ask_to_apply, ask_to_undo])
def test_work_that_a_stopped_worker_left_stands_as_before(cast, ask) -> None:
    sheet = (brought if ask is ask_to_apply else taken_in)(csv(GOODS, HONEY), cast.huong_que, cast.lan_acts)
    before, stood = things(), sheet.status
    ask(sheet=sheet, actor=cast.lan_acts)
    release_stuck_imports.call_local()
    sheet.refresh_from_db()
    assert sheet.is_at_work
    with clock.at(clock.now() + timedelta(minutes=11)):
        release_stuck_imports.call_local()
    sheet.refresh_from_db()
    assert things() == before and (sheet.status, sheet.refused) == (stood, {"code": "stopped"})


def test_a_file_that_was_not_read_is_read_later(cast) -> None:
    sheet = upload_sheet(cooperative=cast.huong_que, name="x", body=csv(GOODS, HONEY), actor=cast.lan_acts)
    assert release_stuck(now=clock.now()) == []
    with clock.at(clock.now() + timedelta(minutes=11)):
        release_stuck_imports.call_local()
    sheet.refresh_from_db()
    assert sheet.status == ImportStatus.CHECKED and sheet.seen["rows"] == 1


def test_who_waits_too_long_may_drop_the_file_but_not_what_is_being_undone(cast) -> None:
    sheet = brought(csv(GOODS, HONEY), cast.huong_que, cast.lan_acts)
    done = taken_in(csv(GOODS, ("Trà", *HONEY[1:])), cast.huong_que, cast.lan_acts)
    ask_to_apply(sheet=sheet, actor=cast.lan_acts)
    ask_to_undo(sheet=done, actor=cast.lan_acts)
    with pytest.raises(CannotImport, match="moved"):
        drop_import(sheet=sheet, actor=cast.lan_acts)
    with clock.at(clock.now() + timedelta(minutes=11)):
        drop_import(sheet=sheet, actor=cast.lan_acts)
        with pytest.raises(CannotImport, match="moved"):
            drop_import(sheet=done, actor=cast.lan_acts)
    work_on_import.call_local(sheet.pk)  # the worker came after all
    sheet.refresh_from_db()
    assert sheet.status == ImportStatus.DROPPED and not sheet.rows.exists()
    assert not Product.objects.filter(name=HONEY[0]).exists()


def test_a_fourth_file_waits_until_one_of_three_is_done(cast) -> None:
    def bring(cooperative, actor) -> SheetImport:
        return upload_sheet(cooperative=cooperative, name="x", body=csv(GOODS, HONEY), actor=actor)

    first, *_others = [bring(cast.huong_que, cast.lan_acts) for _each in range(3)]
    with pytest.raises(CannotImport, match="too_many"):
        bring(cast.huong_que, cast.son_acts)
    assert SheetImport.objects.count() == 3 == len(list(place_of(first).parent.iterdir()))
    assert "ba tệp" in refused_words("too_many", {})
    bring(cast.other_cooperative, cast.other_acts)
    read_upload(sheet=first)
    bring(cast.huong_que, cast.son_acts)


def test_an_upload_that_fails_leaves_no_file(cast, monkeypatch) -> None:
    def full(path, mode) -> None:
        raise OSError("disk is full")

    monkeypatch.setattr("pathlib.Path.chmod", full)
    with pytest.raises(OSError, match="full"):
        upload_sheet(cooperative=cast.huong_que, name="x", body=csv(GOODS, HONEY), actor=cast.lan_acts)
    assert not SheetImport.objects.exists() and not list(place_of(SheetImport(code="x")).parent.iterdir())


def test_rows_read_before_a_fault_are_not_kept(cast, monkeypatch) -> None:
    monkeypatch.setattr("marketplace.importing.taking_in.MOST_ROWS", 2)
    monkeypatch.setattr("marketplace.importing.taking_in.CHUNK", 1)
    sheet = brought(csv(GOODS, HONEY, HONEY, HONEY), cast.huong_que, cast.lan_acts)
    assert sheet.refused["code"] == "too_many_rows" and not ImportRow.objects.exists()


def test_a_worker_that_stopped_after_the_last_row_leaves_no_file(cast) -> None:
    sheet = brought(csv(GOODS, HONEY), cast.huong_que, cast.lan_acts)
    SheetImport.objects.update(status=ImportStatus.READING)
    place_of(sheet).write_bytes(b"x")
    work_on_import.call_local(sheet.pk)
    sheet.refresh_from_db()
    assert sheet.status == ImportStatus.CHECKED and not place_of(sheet).exists()


def test_what_nobody_took_in_goes_after_a_month_and_strange_files_after_an_hour(cast) -> None:
    done = taken_in(csv(GOODS, ("Trà", *HONEY[1:])), cast.huong_que, cast.lan_acts)
    old = brought(csv(GOODS, HONEY), cast.huong_que, cast.lan_acts)
    waits = upload_sheet(cooperative=cast.huong_que, name="x", body=csv(GOODS, HONEY), actor=cast.lan_acts)
    strange = place_of(SheetImport(code="STRANGE"))
    strange.write_bytes(b"x")
    sweep_imports.call_local()
    assert strange.exists()
    with clock.at(clock.now() + timedelta(hours=2)):
        sweep_imports.call_local()
    assert not strange.exists() and place_of(waits).exists()
    with clock.at(clock.now() + timedelta(days=29)):
        sweep_imports.call_local()
    assert done.rows.exists()
    made = things()
    with clock.at(clock.now() + timedelta(days=31)):
        sweep_imports.call_local()
        release_stuck_imports.call_local()
    for sheet, status in ((old, "dropped"), (done, "applied"), (waits, "unreadable")):
        sheet.refresh_from_db()
        assert sheet.status == status and not sheet.rows.exists()
    assert things() == made and done.seen["goods"], "what was made and the counts stay"
    assert not place_of(waits).exists()
