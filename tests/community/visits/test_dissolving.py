"""A team is dissolved: nobody acts through it a moment later, everybody is told, and open steps are not lost."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from community import clock
from community.accounts.models import User
from community.audit.models import AuditEntry
from community.mandates.models import Mandate
from community.outbox.models import OutboxMessage
from community.teams.joining import CannotJoinTeam, form_team, join_team
from community.teams.models import Team, TeamMember
from community.training.models import TrainingSession
from community.training.sessions import Came, close_session, pass_on, plan_session, sessions_of
from community.visits.dissolving import CannotDissolve, dissolve_team
from community.visits.handing_over import ask_to_take_over, open_steps_of
from community.visits.models import HandOver, Visit
from tests.cast import Cast
from tests.community.mandates.stage import acting
from tests.community.visits.test_visits import visit
from tests.harness.team import MAKER, Helpers, acts, make_mandate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site_ready")]


@pytest.fixture
def team(helpers: Helpers) -> Team:
    return helpers.tuan.team


@pytest.fixture
def heir(cast: Cast) -> TeamMember:
    """Another team of the same commune, with somebody who helps."""
    other = form_team(name="Tổ xã mới", commune=cast.tran_de, actor=MAKER)
    user = User.objects.create_user(phone="+84907000009", password="482915", name="Kim Văn Bảy")
    return join_team(team=other, user=user, role="head", actor=MAKER)


def snapshot() -> list[object]:
    return [
        list(Team.objects.order_by("pk").values()),
        list(TeamMember.objects.order_by("pk").values()),
        list(Mandate.objects.order_by("pk").values()),
        list(Visit.objects.order_by("pk").values()),
        list(HandOver.objects.order_by("pk").values()),
        list(TrainingSession.objects.order_by("pk").values()),
        OutboxMessage.objects.count(),
        AuditEntry.objects.count(),
    ]


def test_what_its_people_could_do_ends_at_once_and_everybody_is_told(cast: Cast, helpers: Helpers, team: Team) -> None:
    mandate = make_mandate(helpers.tuan, cast.huong_que)
    asked = make_mandate(helpers.hanh, cast.huong_que, status="asked", way="", starts_at=None, ends_at=None)
    elsewhere = make_mandate(helpers.elsewhere, cast.other_cooperative)
    phone = acting(mandate)
    assert phone.get("/ban-hang/").status_code == 200
    dissolve_team(team=team, taker=None, actor=cast.hoa_acts)
    assert phone.get("/ban-hang/").status_code == 403
    for one in (mandate, asked):
        one.refresh_from_db()
        assert (one.status, one.ended_why, one.ended_by) == ("ended", "dissolved", cast.hoa)
    assert Mandate.objects.get(pk=elsewhere.pk).status == "running"
    assert not TeamMember.objects.filter(team=team, ended_at=None).exists()
    told = OutboxMessage.objects.filter(kind="team_dissolved")
    assert set(told.values_list("to", flat=True)) == {
        one.user.phone for one in (helpers.tuan, helpers.hanh, helpers.nga)
    }
    assert OutboxMessage.objects.filter(kind="mandate_ended", to=cast.lan.phone).count() == 1
    line = AuditEntry.objects.get(action="team.dissolved")
    assert line.actor == cast.hoa and (line.facts["people"], line.facts["mandates"]) == (3, 2)
    assert AuditEntry.objects.filter(action="mandate.ended", cooperative=cast.huong_que).count() == 2
    client = Client()
    client.force_login(helpers.tuan.user)
    assert client.get(reverse("teams:home")).status_code == 403


def test_open_steps_go_to_a_team_of_the_commune(cast: Cast, helpers: Helpers, team: Team, heir: TeamMember) -> None:
    step = visit(cast, helpers, by="hanh", next_step="In tem")
    done = visit(cast, helpers, by="hanh", next_step="")
    waiting = ask_to_take_over(
        place=helpers.hanh, giver=helpers.hanh.user, taker=helpers.tuan.user, visits=[step], note="Nhờ anh",
        actor=acts(helpers.hanh),
    )  # fmt: skip
    for taker in (None, helpers.tuan, helpers.elsewhere):
        before = snapshot()
        with pytest.raises(CannotDissolve, match="no_taker"):
            dissolve_team(team=team, taker=taker, actor=cast.hoa_acts)
        assert snapshot() == before
    dissolve_team(team=team, taker=heir, actor=cast.hoa_acts)
    for one in (step, done, waiting):
        one.refresh_from_db()
    assert (step.carrier, step.team, done.carrier) == (heir.user, team, helpers.hanh.user)
    assert waiting.status == HandOver.Status.WITHDRAWN
    assert "Kim Văn Bảy" in OutboxMessage.objects.get(kind="team_dissolved", to=helpers.hanh.user.phone).text
    assert "In tem" not in OutboxMessage.objects.get(kind="team_dissolved", to=heir.user.phone).text
    client = Client()
    client.force_login(heir.user)
    assert "In tem" in client.get(reverse("helping:visits")).content.decode()
    assert list(open_steps_of(heir.user, heir.team)) == [step], "and may be handed over again"


def test_without_another_team_the_steps_stay_with_the_cooperative(cast: Cast, helpers: Helpers, team: Team) -> None:
    step = visit(cast, helpers, by="hanh", next_step="In tem")
    dissolve_team(team=team, taker=None, actor=cast.hoa_acts)
    step.refresh_from_db()
    assert (step.carrier, step.next_step) == (helpers.hanh.user, "In tem")


def planned(by: TeamMember, day: date) -> TrainingSession:
    where = {"commune": by.team.commune, "place": "Nhà văn hóa ấp 2"}
    return plan_session(**where, held_on=day, lessons=["nhan-don"], led_by=by.user, actor=acts(by))


def test_its_training_sessions_go_to_a_team_of_the_commune(
    cast: Cast, helpers: Helpers, team: Team, heir: TeamMember
) -> None:
    today = clock.today()
    past, coming = planned(helpers.tuan, today - timedelta(days=2)), planned(helpers.hanh, today + timedelta(days=3))
    TeamMember.objects.filter(pk=helpers.hanh.pk).update(ended_at=clock.now())  # she left, the session stays planned
    theirs, held = planned(heir, today + timedelta(days=4)), planned(helpers.tuan, today)
    close_session(session=held, came=Came(), actor=acts(helpers.tuan))
    before = snapshot()
    with pytest.raises(CannotDissolve, match="no_taker"):
        dissolve_team(team=team, taker=None, actor=cast.hoa_acts)
    assert snapshot() == before
    dissolve_team(team=team, taker=heir, actor=cast.hoa_acts)
    for one in (past, coming, theirs, held):
        one.refresh_from_db()
    assert {past.led_by, coming.led_by, theirs.led_by} == {heir.user} and held.led_by == helpers.tuan.user
    assert {past.status, coming.status} == {"planned"}
    assert AuditEntry.objects.filter(action="training.passed_on", actor=cast.hoa).count() == 2
    assert "2 buổi học" in OutboxMessage.objects.get(kind="team_dissolved", to=heir.user.phone).text
    facts = AuditEntry.objects.get(action="team.dissolved").facts
    assert (facts["sessions"], facts["called_off"], facts["taker"]) == (2, 0, heir.code)


def test_without_another_team_sessions_to_come_are_called_off(cast: Cast, helpers: Helpers, team: Team) -> None:
    today = clock.today()
    past, coming = planned(helpers.tuan, today - timedelta(days=2)), planned(helpers.hanh, today + timedelta(days=3))
    dissolve_team(team=team, taker=None, actor=cast.hoa_acts)
    for one in (past, coming):
        one.refresh_from_db()
    assert (coming.status, past.status) == ("called_off", "planned") and coming.closed_at is not None
    assert AuditEntry.objects.filter(action="training.called_off", actor=cast.hoa).count() == 1
    for one in OutboxMessage.objects.filter(kind="team_dissolved"):
        assert "báo cho những người định đến" in one.text


def test_a_leader_with_a_place_in_another_team_keeps_the_session(
    cast: Cast, helpers: Helpers, team: Team, heir: TeamMember
) -> None:
    join_team(team=heir.team, user=helpers.hanh.user, role="member", actor=MAKER)
    kept = planned(helpers.hanh, clock.today() + timedelta(days=3))
    assert not sessions_of(team).exists()
    dissolve_team(team=team, taker=None, actor=cast.hoa_acts)
    kept.refresh_from_db()
    assert (kept.led_by, kept.status) == (helpers.hanh.user, "planned")


def test_a_session_closed_meanwhile_is_not_passed_on(
    cast: Cast, helpers: Helpers, team: Team, heir: TeamMember
) -> None:
    closed = planned(helpers.tuan, clock.today())
    close_session(session=closed, came=Came(), actor=acts(helpers.tuan))
    for to in (heir.user, None):
        before = snapshot()
        assert pass_on(team, to=to, actor=cast.hoa_acts) == (0, 0) and snapshot() == before


def test_only_staff_dissolve_and_only_once(cast: Cast, helpers: Helpers, team: Team) -> None:
    before = snapshot()
    for actor in (acts(helpers.tuan), cast.lan_acts):
        with pytest.raises(CannotDissolve, match="not_allowed"):
            dissolve_team(team=team, taker=None, actor=actor)
    assert snapshot() == before
    dissolve_team(team=team, taker=None, actor=cast.hoa_acts)
    after = snapshot()
    with pytest.raises(CannotDissolve, match="moved"):
        dissolve_team(team=team, taker=None, actor=cast.hoa_acts)
    assert snapshot() == after
    with pytest.raises(CannotJoinTeam, match="dissolved"):
        join_team(team=Team.objects.get(pk=team.pk), user=cast.son, role="member", actor=MAKER)


def test_staff_read_what_ends_and_confirm(cast: Cast, helpers: Helpers, team: Team, heir: TeamMember) -> None:
    make_mandate(helpers.tuan, cast.huong_que)
    visit(cast, helpers, by="hanh", next_step="In tem")
    planned(helpers.tuan, clock.today() + timedelta(days=3))
    page, hoa = reverse("team_dissolve", args=[team.code]), Client()
    hoa.force_login(cast.hoa)
    assert page in hoa.get(reverse("digital_teams:inspect", args=[team.pk])).content.decode()
    shown = hoa.get(page).content.decode()
    assert all(
        words in shown for words in ("Lâm Văn Tuấn", cast.huong_que.name, "In tem", "Nhà văn hóa ấp 2", "Kim Văn Bảy")
    )
    before = snapshot()
    for posted in ({}, {"taker": heir.code}, {"sure": "1"}, {"sure": "1", "taker": helpers.tuan.code}):
        assert hoa.post(page, posted).status_code == 409 and snapshot() == before
    assert hoa.post(page, {"sure": "1", "taker": heir.code}).status_code == 302
    team.refresh_from_db()
    assert team.ended_on is not None
    assert "button no" not in hoa.get(page).content.decode() and hoa.post(page, {"sure": "1"}).status_code == 409


def test_staff_without_the_right_dissolve_nothing(cast: Cast, helpers: Helpers, team: Team) -> None:
    clerk = User.objects.create_user(email="clerk@example.org", password="a-long-word-7", name="An", is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client, before = Client(), snapshot()
    client.force_login(clerk)
    assert client.post(reverse("team_dissolve", args=[team.code]), {"sure": "1"}).status_code in (302, 403)
    assert snapshot() == before
