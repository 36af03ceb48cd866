"""A member's card: it names, it opens nothing, and it can be called off."""

from __future__ import annotations

import re

import pypdfium2
import pytest
from django.core.cache import cache
from django.test import Client

from community.accounts.models import User
from community.audit.actors import Actor
from community.audit.models import AuditEntry
from community.cooperatives.joining import end_membership
from community.cooperatives.models import Cooperative
from community.members.cards import NoCard, card_link, find_card, issue_card, revoke_card
from community.members.models import MemberCard
from tests.cast import SON_PIN, Cast, make_member, sign_in
from tests.harness.chance import without_tokens

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site_ready")]


@pytest.fixture
def card(cast: Cast) -> MemberCard:
    return issue_card(membership=cast.son.memberships.get(), actor=cast.lan_acts)


def test_the_code_is_random_and_no_telephone(cast: Cast, card: MemberCard) -> None:
    link = card_link(card)
    assert link == f"http://localhost:8000/the/{card.code}/" and len(card.code) == 16
    assert "987" not in link.replace(card.code, "") and find_card(card.code) == card
    assert AuditEntry.objects.get(action="card.issued").actor == cast.lan


def test_scanned_only_the_pin_is_asked(client: Client, card: MemberCard) -> None:
    page = client.get(f"/the/{card.code}/")
    html = page.content.decode()
    assert page.status_code == 200 and "Chào Sơn" in html and "HTX Hương Quê Trần Đề" in html
    assert 'name="login"' not in html and 'name="password"' in html
    assert client.post(f"/the/{card.code}/", {"password": SON_PIN})["Location"] == "/ban-hang/"
    assert client.get("/ban-hang/don/").status_code == 200


def test_a_stranger_learns_a_first_name_and_the_cooperative(client: Client, card: MemberCard) -> None:
    html = client.get(f"/the/{card.code}/").content.decode().replace(card.code, "")
    html = without_tokens(html)
    for secret in ("Trần Văn", "987", "654 321", "Người đóng gói", card.membership.code):
        assert secret not in html.replace(card.membership.cooperative.name, ""), secret


def test_wrong_pins_count_as_everywhere(client: Client, cast: Cast, card: MemberCard) -> None:
    answers = [client.post(f"/the/{card.code}/", {"password": "111222"}).status_code for _ in range(5)]
    cast.son.refresh_from_db()
    assert answers == [400, 400, 400, 400, 429] and cast.son.is_locked
    cache.clear()
    assert client.post(f"/the/{card.code}/", {"password": SON_PIN}).status_code == 400
    assert "_auth_user_id" not in client.session


def test_a_new_card_makes_the_old_one_worthless(client: Client, cast: Cast, card: MemberCard) -> None:
    fresh = issue_card(membership=card.membership, actor=cast.lan_acts)
    old = client.get(f"/the/{card.code}/")
    assert (
        old.status_code == 404 and "không còn dùng được" in old.content.decode() and "Sơn" not in old.content.decode()
    )
    assert client.post(f"/the/{card.code}/", {"password": SON_PIN}).status_code == 404
    assert find_card(fresh.code) == fresh and MemberCard.objects.filter(revoked_at=None).count() == 1


@pytest.mark.parametrize("how", ["revoked", "left", "closed account", "ceased"])
def test_a_card_falls_with_what_it_stands_for(cast: Cast, card: MemberCard, how: str) -> None:
    if how == "revoked":
        revoke_card(membership=card.membership, actor=cast.lan_acts)
    elif how == "left":
        end_membership(membership=card.membership, actor=cast.lan_acts)
    elif how == "closed account":
        User.objects.filter(pk=cast.son.pk).update(is_active=False)
    else:
        Cooperative.objects.filter(pk=cast.huong_que.pk).update(status="ceased")
    assert find_card(card.code) is None


@pytest.mark.parametrize("who", ["son", "other_seller"])
def test_only_who_runs_the_team_makes_cards(cast: Cast, card: MemberCard, who: str) -> None:
    actor = Actor.of(getattr(cast, who), cast.huong_que)
    before = list(MemberCard.objects.values_list("pk", "revoked_at"))
    for verb in (issue_card, revoke_card):
        with pytest.raises(NoCard, match="not_allowed"):
            verb(membership=card.membership, actor=actor)
    end_membership(membership=card.membership, actor=cast.lan_acts)
    with pytest.raises(NoCard, match="ended"):
        issue_card(membership=card.membership, actor=cast.lan_acts)
    assert list(MemberCard.objects.values_list("pk", "revoked_at")) == before


def test_on_a_shared_phone_the_other_one_signs_out_first(client: Client, cast: Cast, card: MemberCard) -> None:
    sign_in(client, cast.lan)
    page = client.get(f"/the/{card.code}/")
    assert page.status_code == 409 and f'name="next" value="/the/{card.code}/"' in page.content.decode()
    assert client.post("/dang-xuat/", {"next": f"/the/{card.code}/"})["Location"] == f"/the/{card.code}/"
    assert "Chào Sơn" in client.get(f"/the/{card.code}/").content.decode()


def test_codes_are_not_tried_without_end(client: Client, card: MemberCard) -> None:
    answers = [client.get("/the/ABCDEFGHJKMNPQRS/").status_code for _ in range(61)]
    assert answers[-1] == 429 and set(answers[:-1]) == {404}
    assert client.get(f"/the/{card.code}/").status_code == 429


def test_the_paper_has_name_and_cooperative_and_no_telephone(client: Client, cast: Cast, card: MemberCard) -> None:
    sign_in(client, cast.lan)
    paper = client.get(f"/ban-hang/thanh-vien/{card.membership.code}/the/")
    assert paper["Content-Type"] == "application/pdf"
    text = pypdfium2.PdfDocument(paper.content)[0].get_textpage().get_text_range()
    assert "Trần Văn Sơn" in text and "Hương Quê" in text
    assert "987" not in re.sub(r"\s", "", text).replace(card.code, "")


def test_ten_cards_on_a_sheet(client: Client, cast: Cast) -> None:
    for number in range(9):
        make_member(cast.huong_que, "viewer", f"Người {number}", f"+8497000001{number}", "184736")
    sign_in(client, cast.lan)
    client.post("/ban-hang/thanh-vien/the/lam/")
    assert MemberCard.objects.filter(revoked_at=None).count() == 11
    client.post("/ban-hang/thanh-vien/the/lam/")
    assert MemberCard.objects.count() == 11, "cards that hold stay"
    assert len(pypdfium2.PdfDocument(client.get("/ban-hang/thanh-vien/the/").content)) == 2
