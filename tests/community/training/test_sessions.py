"""A session is the commune's own: planned by its team, filled with its members, closed with what they learnt."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.urls import reverse

from cms.training.counts import shown_counts
from community import clock
from community.accounts.models import User
from community.audit.actors import Actor
from community.audit.models import AuditEntry
from community.places.models import AdminUnit
from community.teams.models import Team, TeamMember
from community.training.counting import count_lessons, count_sessions
from community.training.models import Attendance, How, LessonLevel, Level, TrainingSession
from community.training.progress import levels_of, reach
from community.training.sessions import (
    BadSession,
    Came,
    call_off,
    close_session,
    plan_session,
    strike_attendance,
    write_attendance,
)
from tests.cast import make_member, sign_in

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Hamlet:
    tuan: User
    nga: User
    commune: AdminUnit
    place: TeamMember

    @property
    def acts(self) -> Actor:
        return Actor.of(self.tuan)

    def plan(self, **more) -> TrainingSession:
        facts = {"held_on": clock.today(), "place": "Nhà văn hóa ấp 2", "lessons": ["nhan-don"], "led_by": self.tuan}
        return plan_session(commune=self.commune, actor=self.acts, **(facts | more))


@pytest.fixture
def hamlet(lan, places) -> Hamlet:
    """Tuấn is head of the team of Lan's commune, Nga of the bank looks."""
    tuan = User.objects.create_user(phone="+84900000910", password="482915", name="Lâm Văn Tuấn")
    nga = User.objects.create_user(phone="+84900000912", password="482915", name="Trần Thị Nga")
    team = Team.objects.create(name="Tổ Trần Đề", commune=places["31673"])
    place = TeamMember.objects.create(team=team, user=tuan, role="head")
    TeamMember.objects.create(team=team, user=nga, role="partner")
    return Hamlet(tuan, nga, places["31673"], place)


def test_each_name_written_or_struck_is_one_line_of_who_did_it(hamlet, lan, son):
    session = hamlet.plan()
    write_attendance(session=session, person=lan, level=Level.SEEN, actor=hamlet.acts)
    write_attendance(session=session, person=lan, level=Level.TRIED, actor=hamlet.acts)
    strike_attendance(session=session, person=lan, actor=hamlet.acts)
    strike_attendance(session=session, person=son, actor=hamlet.acts)  # was never there
    lines = AuditEntry.objects.about(session).exclude(action="training.planned").order_by("pk")
    assert [(line.action, line.actor, line.facts) for line in lines] == [
        ("training.attended", hamlet.tuan, {"person": lan.pk, "level": "seen"}),
        ("training.attended", hamlet.tuan, {"person": lan.pk, "level": "tried"}),
        ("training.attendance_struck", hamlet.tuan, {"person": lan.pk}),
    ]


def test_closing_writes_each_level_with_those_below_it(hamlet, lan, son):
    session = hamlet.plan(lessons=["nhan-don", "dong-goi", "nhan-don"])
    write_attendance(session=session, person=lan, level=Level.SEEN, actor=hamlet.acts)
    write_attendance(session=session, person=lan, level=Level.TRIED, actor=hamlet.acts)
    write_attendance(session=session, person=son, level=Level.ALONE, actor=hamlet.acts)
    assert Attendance.objects.count() == 2 and not LessonLevel.objects.exists()
    closed = close_session(session=session, came=Came(guests=9, women=7, men=4, minorities=6), actor=hamlet.acts)
    assert (closed.status, closed.guests, closed.women, closed.minorities) == ("held", 9, 7, 6)
    told = LessonLevel.objects.filter(session=session).values_list("person", "lesson", "level", "how")
    expected = [(lan.pk, "seen"), (lan.pk, "tried"), (son.pk, "seen"), (son.pk, "tried"), (son.pk, "alone")]
    assert sorted(told) == sorted((who, key, how, "session") for who, how in expected for key in session.lessons)
    entry = AuditEntry.objects.get(action="training.held")
    assert entry.facts == {"members": 2, "guests": 9} and entry.actor == hamlet.tuan


def as_nga(hamlet):
    hamlet.plan(led_by=hamlet.nga)


def left(hamlet):
    TeamMember.objects.filter(pk=hamlet.place.pk).update(ended_at=clock.now())
    hamlet.plan()


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (as_nga, "not_here"),
        (left, "not_here"),
        (lambda hamlet: hamlet.plan(place="  "), "no_place"),
        (lambda hamlet: hamlet.plan(lessons=[]), "no_lesson"),
    ],
    ids=["who only looks leads none", "who has left the team plans none", "no place", "no lesson"],
)
def test_only_the_commune_s_team_plans(hamlet, act, code):
    with pytest.raises(BadSession) as refused:
        act(hamlet)
    assert refused.value.code == code and not TrainingSession.objects.exists()


def test_another_commune_s_team_and_members_stay_out(hamlet, other_seller, other_cooperative):
    session = hamlet.plan()
    with pytest.raises(BadSession, match="not_a_member"):
        write_attendance(session=session, person=other_seller, level=Level.SEEN, actor=hamlet.acts)
    elsewhere = Team.objects.create(name="Tổ Khe Sanh", commune=other_cooperative.commune)
    TeamMember.objects.create(team=elsewhere, user=other_seller, role="head")
    for act in (
        lambda: close_session(session=session, came=Came(), actor=Actor.of(other_seller)),
        lambda: call_off(session=session, actor=Actor.of(other_seller)),
    ):
        with pytest.raises(BadSession, match="not_here"):
            act()
    session.refresh_from_db()
    assert session.status == "planned" and not Attendance.objects.exists()


def test_nobody_attests_himself(hamlet, huong_que):
    session = hamlet.plan()
    member = make_member(huong_que, "owner", "Thạch Thị Hạnh", "+84900000911", "482915")
    TeamMember.objects.create(team=hamlet.place.team, user=member, role="member")
    with pytest.raises(BadSession, match="not_oneself"):
        write_attendance(session=session, person=member, level=Level.ALONE, actor=Actor.of(member))
    assert write_attendance(session=session, person=member, level=Level.ALONE, actor=hamlet.acts).level == "alone"


@pytest.mark.parametrize(
    ("came", "code"),
    [
        (Came(guests=501), "too_many"),
        (Came(guests=3, women=3, men=2), "does_not_add_up"),
        (Came(guests=3, minorities=5), "does_not_add_up"),
        (Came(guests=20, minorities=1), "too_few"),
        (Came(guests=20, minorities=4), "too_few"),
        (Came(guests=20, minorities=17), "too_few"),
    ],
)
def test_counts_that_cannot_be_close_nothing(hamlet, lan, came, code):
    session = hamlet.plan()
    write_attendance(session=session, person=lan, level=Level.SEEN, actor=hamlet.acts)
    with pytest.raises(BadSession) as refused:
        close_session(session=session, came=came, actor=hamlet.acts)
    session.refresh_from_db()
    assert refused.value.code == code and session.status == "planned" and not LessonLevel.objects.exists()


def test_what_is_closed_or_still_to_come_stays_as_it_is(hamlet, lan):
    later = hamlet.plan(held_on=clock.today() + timedelta(days=2))
    with pytest.raises(BadSession, match="too_early"):
        close_session(session=later, came=Came(), actor=hamlet.acts)
    session = hamlet.plan()
    close_session(session=session, came=Came(guests=2), actor=hamlet.acts)
    for act in (
        lambda: write_attendance(session=session, person=lan, level=Level.SEEN, actor=hamlet.acts),
        lambda: strike_attendance(session=session, person=lan, actor=hamlet.acts),
        lambda: close_session(session=session, came=Came(guests=9), actor=hamlet.acts),
        lambda: call_off(session=session, actor=hamlet.acts),
    ):
        with pytest.raises(BadSession, match="moved"):
            act()
    session.refresh_from_db()
    assert (session.status, session.guests) == ("held", 2)


@pytest.mark.parametrize(("acts", "level"), [({}, "alone"), ({"nhan-don": "order.accepted"}, "tried")])
def test_a_session_attests_alone_only_where_no_act_would_show_it(hamlet, lan, acts, level):
    session = hamlet.plan()
    write_attendance(session=session, person=lan, level=Level.ALONE, actor=hamlet.acts)
    close_session(session=session, came=Came(), actor=hamlet.acts)
    assert levels_of([lan], acts=acts)[lan.pk]["nhan-don"][0] == level


def test_counts_tell_each_person_once_where_he_is_furthest(hamlet, lan, son):
    reach(people=[lan, son], lessons=["nhan-don"], level=Level.SEEN, how=How.SELF)
    reach(people=[lan], lessons=["nhan-don"], level=Level.TRIED, how=How.SANDBOX)
    (one,) = count_lessons(["nhan-don"], acts={})
    assert dict(one.at) == {"seen": 1, "tried": 1}
    for guests in (4, 8):
        close_session(session=hamlet.plan(), came=Came(guests=guests, women=2), actor=hamlet.acts)
    hamlet.plan()
    (row,) = count_sessions(TrainingSession.objects.all())
    assert (row.commune, row.sessions, row.members, row.guests, row.women) == (hamlet.commune, 2, 0, 12, 4)


def test_a_session_is_played_from_the_plan_to_the_sheet(hamlet, client, lan, son, site_ready):
    sign_in(client, hamlet.tuan)
    told = {"held_on": f"{clock.today():%Y-%m-%d}", "place": "=HYPERLINK(1)", "commune": "31673", "lessons": "nhan-don"}
    assert client.post(reverse("training:session_new"), told).status_code == 400  # no lesson is there yet
    session = hamlet.plan(place="=HYPERLINK(1)")
    page = reverse("training:session", args=[session.code])
    found = client.post(page, {"tim": "tran van"}).content.decode()
    assert "Trần Văn Sơn" in found and "987654321" not in found
    assert "Trần Văn Sơn" in client.post(page, {"tim": "0987 654 321"}).content.decode()
    assert "Trần Văn Sơn" not in client.post(page, {"tim": "0987 654"}).content.decode()
    client.post(reverse("training:session_mark", args=[session.code]), {"who": son.pk, "level": "tried"})
    closing = reverse("training:session_close", args=[session.code])
    assert client.post(closing, {"guests": "3"}).headers["Location"] == page
    sheet = client.get(reverse("training:sessions_sheet")).content.decode()
    assert "'=HYPERLINK(1)" in sheet and ",–,–,,," in sheet and "Sơn" not in sheet
    assert "Trần Văn Sơn" in client.get(reverse("training:learners")).content.decode()


def test_the_search_for_who_came_stands_in_no_address(hamlet, client, son, site_ready):
    """A telephone typed into it neither in an address of the answer nor asked for by one."""
    sign_in(client, hamlet.tuan)
    page = reverse("training:session", args=[hamlet.plan().code])
    answer = client.post(page, {"tim": "0987654321"}, follow=True)
    shown = answer.content.decode()
    assert son.name in shown and answer.redirect_chain == []
    assert not [url for url in re.findall(r'(?:href|action|src)="([^"]*)"', shown) if "987654321" in url]
    assert 'method="get"' not in shown
    assert son.name not in client.get(page, {"tim": "0987654321"}).content.decode()  # an old address finds nobody


def test_a_partner_looks_at_sessions_and_at_no_person_s_progress(hamlet, client, lan, other_seller):
    session = hamlet.plan()
    write_attendance(session=session, person=lan, level=Level.SEEN, actor=hamlet.acts)
    sign_in(client, hamlet.nga)
    assert client.get(reverse("training:sessions")).status_code == 200
    assert lan.name not in client.get(reverse("training:session", args=[session.code])).content.decode()
    assert "Hồ Thị Lan" not in client.get(reverse("training:learners")).content.decode()
    for name in ("session_close", "session_mark", "session_call_off"):
        assert client.post(reverse(f"training:{name}", args=[session.code])).status_code == 403
    sign_in(client, lan)
    assert client.get(reverse("training:learners")).status_code == 403


@pytest.mark.parametrize(
    ("came", "shown"),
    [
        ((9, 11, 8, 12, 6), ["9", "11", "8", "12", "6"]),
        ((9, 11, 3, 17, 6), ["–", "–", "–", "–", "6"]),  # 3 = 9 + 11 - 17
        ((3, 11, 7, 7, 0), ["–", "–", "–", "–", "0"]),
        ((0, 12, None, None, 3), ["0", "12", "", "", "< 5"]),
        ((1, 0, 1, 0, 1), ["–", "0", "–", "0", "–"]),
        ((9, 11, 8, 12, 18), ["9", "11", "8", "12", "–"]),
    ],
)
def test_no_count_can_be_reckoned_out_of_those_beside_it(came, shown):
    assert shown_counts(*came) == shown


def test_a_number_too_long_to_read_is_nobody(hamlet, client):
    session = hamlet.plan()
    page = reverse("training:session_mark", args=[session.code])
    assert sign_in(client, hamlet.tuan).post(page, {"who": "9" * 5000}).status_code == 404


def test_staff_see_counts_and_none_of_a_few(hamlet, client, hoa, lan, site_ready):
    close_session(session=hamlet.plan(), came=Came(guests=12), actor=hamlet.acts)
    TrainingSession.objects.update(minorities=3)  # as some were written before so few were refused
    page = sign_in(client, hoa).get(reverse("training_desk")).content.decode()
    assert "Trần Đề" in page and "<td>12</td>" in page and "<td>&lt; 5</td>" in page and "<td>3</td>" not in page
    sheet = client.get(reverse("training_desk"), {"tep": "buoi"}).content.decode()
    assert ",12," in sheet and "< 5" in sheet and "Tuấn" not in sheet
