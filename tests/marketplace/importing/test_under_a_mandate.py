"""What a helper asked for waits in a queue: it is done under the mandate it was asked under, or not at all; and who
ends that mandate waits for no import."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from django.db import OperationalError, connection

from community import clock
from community.audit.models import AuditEntry
from community.mandates.acting import actor_of
from community.mandates.ending import give_back, revoke_mandate
from community.mandates.models import Mandate
from marketplace.importing import applying, later
from marketplace.importing.applying import ask_to_apply
from marketplace.importing.later import work_on_import
from marketplace.importing.models import ImportStatus, SheetImport
from marketplace.importing.undoing import ask_to_undo
from tests.cast import Cast
from tests.community.mandates.stage import Helped, give, make_team
from tests.making import make_line
from tests.marketplace.importing.doing import GOODS, HONEY, brought, csv, taken_in
from tests.marketplace.importing.test_taking_in import things
from traceability.products.models import Product

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site_ready")]


@pytest.fixture
def helped(settings, tmp_path, cast: Cast) -> Helped:
    settings.DATA_DIR = tmp_path
    make_line()
    return make_team(cast.huong_que)


def asked_for(mandate: Mandate) -> SheetImport:
    """A sheet the helper has brought and pressed "take in" for; the worker has not come yet."""
    actor = actor_of(mandate)
    sheet = brought(csv(GOODS, HONEY), mandate.cooperative, actor)
    ask_to_apply(sheet=sheet, actor=actor)
    return sheet


def test_it_is_done_under_the_mandate_it_was_asked_under(helped: Helped) -> None:
    mandate = give(helped)
    sheet = asked_for(mandate)
    work_on_import.call_local(sheet.pk)
    sheet.refresh_from_db()
    line = AuditEntry.objects.get(action="sheet_import.applied")
    assert sheet.status == ImportStatus.APPLIED and sheet.mandate_code == mandate.code
    assert (line.actor_id, line.cooperative_id, line.mandate_code) == (
        helped.tuan.pk,
        helped.cooperative.pk,
        mandate.code,
    )


@pytest.mark.parametrize("ask", [ask_to_apply, ask_to_undo])
def test_a_newer_mandate_says_yes_to_nothing_that_was_asked_before(helped: Helped, ask) -> None:
    """Red before: the queue took the newest mandate of this helper, with whatever it was given for."""
    mandate = give(helped)
    if ask is ask_to_apply:
        sheet = asked_for(mandate)
    else:
        sheet = taken_in(csv(GOODS, HONEY), helped.cooperative, actor_of(mandate))
        ask_to_undo(sheet=sheet, actor=actor_of(mandate))
    before = things()
    give_back(mandate=mandate, actor=helped.tuan_acts)
    give(helped)
    work_on_import.call_local(sheet.pk)
    sheet.refresh_from_db()
    stood = ImportStatus.CHECKED if ask is ask_to_apply else ImportStatus.APPLIED
    assert things() == before and (sheet.status, sheet.refused) == (stood, {"code": "not_allowed"})


def test_one_second_after_the_end_nothing_is_done(helped: Helped) -> None:
    mandate = give(helped)
    sheet, before = asked_for(mandate), things()
    with clock.at(mandate.ends_at + timedelta(seconds=1)):
        work_on_import.call_local(sheet.pk)
    sheet.refresh_from_db()
    assert things() == before and (sheet.status, sheet.refused) == (ImportStatus.CHECKED, {"code": "not_allowed"})


def test_who_became_a_member_meanwhile_does_nothing_under_the_mandate_that_ended(helped: Helped) -> None:
    """Nor the other way about: a member's press is not carried out under a mandate of later."""
    mandate = give(helped)
    sheet, before = asked_for(mandate), things()
    give_back(mandate=mandate, actor=helped.tuan_acts)
    helped.cooperative.memberships.create(user=helped.tuan, role="manager")
    work_on_import.call_local(sheet.pk)
    assert things() == before and not AuditEntry.objects.filter(action="sheet_import.applied").exists()


class Halfway:
    """Stops the worker before (or after) it calls this, until it is let go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, name: str, *, after: bool = False) -> None:
        self.is_there, self.may_go = Event(), Event()
        really = getattr(applying, name)

        def wait() -> None:
            self.is_there.set()
            assert self.may_go.wait(timeout=30)

        def waits(*args, **kwargs):
            if not after:
                wait()
            done = really(*args, **kwargs)
            if after:
                wait()
            return done

        monkeypatch.setattr(applying, name, waits)


def worker(sheet: SheetImport) -> None:
    try:
        work_on_import.call_local(sheet.pk)
    finally:
        connection.close()


def end_now(mandate: Mandate, cast: Cast) -> str:
    """ "ended", or "waited" when somebody holds the mandate for longer than a second."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '1s'")
    try:
        revoke_mandate(mandate=mandate, actor=cast.lan_acts)
    except OperationalError:
        return "waited"
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = 0")
    return "ended"


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", [False, True])
def test_an_end_waits_for_no_import_and_stops_it(helped: Helped, cast: Cast, monkeypatch, guarded: bool) -> None:
    """First as it was: from its first line on the import holds the mandate until all of it is written."""
    mandate = give(helped)
    if not guarded:
        monkeypatch.setattr(later, "actor_under", lambda **_told: actor_of(mandate))
    sheet, before = asked_for(mandate), things()
    halfway = Halfway(monkeypatch, "_remember")  # goods, packs and their lines are written
    with ThreadPoolExecutor(1) as pool:
        work = pool.submit(worker, sheet)
        try:
            assert halfway.is_there.wait(timeout=30)
            told = end_now(mandate, cast)
        finally:
            halfway.may_go.set()
        work.result(timeout=30)
    sheet.refresh_from_db()
    mandate.refresh_from_db()
    if not guarded:
        assert told == "waited" and sheet.status == ImportStatus.APPLIED
        return
    assert told == "ended" and mandate.ended_why == "revoked"
    assert things() == before and (sheet.status, sheet.refused) == (ImportStatus.CHECKED, {"code": "not_allowed"})
    assert not Product.objects.filter(name=HONEY[0]).exists()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_after_its_last_line_the_import_holds_the_mandate_until_it_is_kept(helped: Helped, cast, monkeypatch) -> None:
    """No end falls between the last look and the commit: it comes after, and the import was before it."""
    mandate = give(helped)
    sheet = asked_for(mandate)
    halfway = Halfway(monkeypatch, "record", after=True)
    with ThreadPoolExecutor(1) as pool:
        work = pool.submit(worker, sheet)
        try:
            assert halfway.is_there.wait(timeout=30)
            told = end_now(mandate, cast)
        finally:
            halfway.may_go.set()
        work.result(timeout=30)
    sheet.refresh_from_db()
    assert told == "waited" and sheet.status == ImportStatus.APPLIED
