"""A photographed paper is shown to who needs it, for as long as it is needed, and then its picture is deleted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from community import clock
from community.accounts.models import User
from community.audit.actors import Actor
from community.audit.models import AuditEntry
from community.mandates.ending import revoke_mandate
from community.mandates.models import Mandate
from community.mandates.on_paper import confirm_paper, give_on_paper, refuse_paper
from community.mandates.papers import delete_old_papers
from community.tasks import forget_strangers
from community.teams.joining import form_team, join_team
from tests.cast import Cast, sign_in
from tests.community.mandates.stage import STAFF, TUAN_PIN, Helped, ask, make_team

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site_ready")]
KEPT = timedelta(days=settings.MANDATE_PAPER_DAYS)


@pytest.fixture
def helped(cast: Cast) -> Helped:
    return make_team(cast.huong_que)


def person(name: str, phone: str) -> User:
    return User.objects.create_user(phone=phone, password=TUAN_PIN, name=name)


@pytest.fixture
def people(helped: Helped) -> dict[str, User]:
    """The team has two more helpers and a partner; another team of the same commune has one."""
    bao, chi, partner, stranger = (
        person(name, f"+8496100001{number}") for number, name in enumerate(("Bảo", "Chi", "Ngân hàng", "Người lạ"))
    )
    join_team(team=helped.team, user=bao, role="member", actor=STAFF)
    join_team(team=helped.team, user=chi, role="member", actor=STAFF)
    join_team(team=helped.team, user=partner, role="partner", actor=STAFF)
    other = form_team(name="Tổ ấp khác", commune=helped.team.commune, actor=STAFF)
    join_team(team=other, user=stranger, role="head", actor=STAFF)
    held = {"asked": helped.tuan, "leads": helped.hanh, "second": bao, "later": chi}
    return held | {"partner": partner, "other team": stranger}


def photographed(helped: Helped) -> Mandate:
    upload = SimpleUploadedFile("giay.pdf", b"%PDF-1.4 giay", content_type="application/pdf")
    return give_on_paper(mandate=ask(helped), upload=upload, signed_by="Hồ Thị Lan", actor=helped.tuan_acts)


def who_sees(mandate: Mandate, people: dict[str, User]) -> set[str]:
    return {name for name, user in people.items() if look(user, mandate) == 200}


def look(user: User, mandate: Mandate) -> int:
    client = Client()
    client.force_login(user)
    return read(client.get(reverse("teams:paper_file", args=[mandate.code])))


def read(answer) -> int:
    if answer.streaming:
        assert b"".join(answer.streaming_content).startswith(b"%PDF")
    return answer.status_code


def test_a_paper_is_shown_to_who_needs_it_and_no_longer(helped: Helped, people, cast: Cast) -> None:
    """Red before: to every helper of the team, for ever, also to one who joined years later."""
    mandate = photographed(helped)
    assert who_sees(mandate, people) == {"asked", "leads", "second", "later"}, "it waits for one of them"
    confirm_paper(mandate=mandate, actor=Actor.of(people["second"]))
    assert who_sees(mandate, people) == {"asked", "leads", "second"}
    revoke_mandate(mandate=mandate, actor=cast.lan_acts)
    assert who_sees(mandate, people) == {"asked"}
    assert look(people["leads"], mandate) == 404 and look(people["partner"], mandate) == 403
    hers = sign_in(Client(), cast.lan).get(reverse("selling:mandate_paper", args=[mandate.code]))
    assert read(hers) == 200


def refused(helped: Helped, cast: Cast) -> Mandate:
    return refuse_paper(mandate=photographed(helped), actor=helped.hanh_acts)


def ended(helped: Helped, cast: Cast) -> Mandate:
    mandate = confirm_paper(mandate=photographed(helped), actor=helped.hanh_acts)
    return revoke_mandate(mandate=mandate, actor=cast.lan_acts)


def lapsed(helped: Helped, cast: Cast) -> Mandate:
    return photographed(helped)


def ran_out(helped: Helped, cast: Cast) -> Mandate:
    return confirm_paper(mandate=photographed(helped), actor=helped.hanh_acts)


@pytest.mark.parametrize("way", [refused, ended, lapsed, ran_out])
def test_the_picture_is_deleted_some_time_after_the_end(
    helped: Helped, cast: Cast, way: Callable[[Helped, Cast], Mandate]
) -> None:
    mandate = way(helped, cast)
    over_at = mandate.ended_at or mandate.ends_at
    assert over_at is not None
    storage, name = mandate.evidence.storage, mandate.evidence.name
    print_before = mandate.evidence_sha256
    assert delete_old_papers(now=over_at + KEPT - timedelta(seconds=1)) == 0 and storage.exists(name)
    with clock.at(over_at + KEPT):
        forget_strangers.call_local()
        forget_strangers.call_local()
    mandate.refresh_from_db()
    assert not storage.exists(name) and not mandate.evidence and mandate.paper_deleted_at == over_at + KEPT
    assert (mandate.signed_by, mandate.evidence_sha256) == ("Hồ Thị Lan", print_before)
    line = AuditEntry.objects.get(action="mandate.paper_deleted")
    assert (line.actor, line.actor_label, line.subject_code) == (None, "system:mandates", mandate.code)
    assert look(helped.tuan, mandate) == 404
    hers = sign_in(Client(), cast.lan)
    assert hers.get(reverse("selling:mandate_paper", args=[mandate.code])).status_code == 404
    assert hers.get(reverse("selling:mandates")).status_code == 200


def test_a_paper_whose_mandate_holds_is_never_deleted(helped: Helped) -> None:
    mandate = confirm_paper(mandate=photographed(helped), actor=helped.hanh_acts)
    Mandate.objects.filter(pk=mandate.pk).update(ends_at=clock.now() + KEPT * 2)
    assert delete_old_papers(now=clock.now() + KEPT) == 0
    assert mandate.evidence.storage.exists(mandate.evidence.name)


def test_staff_look_at_a_paper_on_the_record(helped: Helped, cast: Cast) -> None:
    mandate = photographed(helped)
    url = reverse("mandate_paper", args=[mandate.code])
    hoa = Client()
    hoa.force_login(cast.hoa)
    for looks in (1, 2):
        answer = hoa.get(url)
        assert read(answer) == 200 and "no-store" in answer["Cache-Control"]
        lines = AuditEntry.objects.filter(action="mandate.paper_looked_at", subject_code=mandate.code)
        assert [line.actor_id for line in lines] == [cast.hoa.pk] * looks
    assert url in hoa.get(reverse("mandates:inspect", args=[mandate.pk])).content.decode()


def test_staff_without_the_right_see_no_paper(helped: Helped) -> None:
    mandate = photographed(helped)
    clerk = User.objects.create_user(
        email="clerk@example.org", password="a-long-word-7", name="Nhân viên", is_staff=True
    )
    clerk.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client = Client()
    client.force_login(clerk)
    assert client.get(reverse("mandate_paper", args=[mandate.code])).status_code in (302, 403)
    assert not AuditEntry.objects.filter(action="mandate.paper_looked_at").exists()
