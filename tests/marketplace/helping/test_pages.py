"""The helper's pages: what is written on the road arrives once, stays in the commune, and the seller reads it."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from community import clock
from community.audit.recording import record
from community.mandates.models import Mandate
from community.teams.joining import join_team
from community.visits.models import EDITABLE_FOR, HandOver, Needs, Visit
from tests.cast import sign_in
from tests.community.visits.test_visits import visit
from tests.harness.team import MAKER, acted, make_mandate
from tests.marketplace.claims.stage import a_picture


@pytest.fixture
def tuan(client, helpers):
    return sign_in(client, helpers.tuan.user)


def typed(**more) -> dict[str, object]:
    told = {
        "key": str(uuid4()),
        "held_on": clock.today().isoformat(),
        "with_whom": "owner",
        "topics": ["photos", "safety"],
        "minutes": "40",
        "result": "Đã chụp lại ảnh",
        "next_step": "In tem",
        "notes": "Nhà có hai điện thoại",
    }
    return told | more


def a_photo() -> SimpleUploadedFile:
    return SimpleUploadedFile("anh.jpg", a_picture().jpeg, content_type="image/jpeg")


def test_a_visit_typed_on_the_road_is_kept_on_the_phone_and_written_once(cast, helpers, tuan) -> None:
    address = reverse("helping:visit_new", args=[cast.huong_que.code])
    page = tuan.get(address).content.decode()
    assert "data-keep" in page and f'data-me="{helpers.tuan.code}"' in page and "js/unsent.js" in page
    told = typed()
    answers = [tuan.post(address, told), tuan.post(address, told)]  # the phone sends it again
    made = Visit.objects.get()
    assert [answer["Location"] for answer in answers] == [reverse("helping:visit", args=[made.code])] * 2
    assert (made.place, made.topics, made.minutes) == ("", ["photos", "safety"], 40)


def test_a_photo_without_a_yes_of_who_is_in_it_is_refused_and_the_words_stay(cast, helpers, tuan) -> None:
    address = reverse("helping:visit_new", args=[cast.huong_que.code])
    refused = tuan.post(address, typed(photos=[a_photo()]))
    assert refused.status_code == 400 and "Đã chụp lại ảnh" in refused.content.decode()
    assert not Visit.objects.exists()
    tuan.post(address, typed(photos=[a_photo()], agreed="on"))
    assert Visit.objects.get().photos.count() == 1


def test_photo_and_notes_stay_with_the_team_and_the_seller(cast, helpers, client) -> None:
    made = visit(cast, helpers, photos=[a_picture()], notes="Nhà có hai điện thoại", result="Ảnh đẹp")
    number = made.photos.get().pk
    of_team, of_seller = (reverse(f"helping:{name}", args=[number]) for name in ("visit_photo", "visit_photo_of_us"))
    seen = {
        helpers.tuan.user: (200, 403),
        helpers.nga.user: (404, 403),  # looks only: the form promises the team and the cooperative, nobody else
        helpers.elsewhere.user: (404, 403),
        cast.lan: (403, 200),
        cast.other_seller: (403, 404),
    }
    for user, expected in seen.items():
        sign_in(client, user)
        statuses = [client.get(address).status_code for address in (of_team, of_seller)]
        statuses = [403 if status == 302 else status for status in statuses]  # a helper without a mandate: to the team
        assert tuple(statuses) == expected, user.name
    page = reverse("helping:visit", args=[made.code])
    assert "hai điện thoại" in sign_in(client, helpers.hanh.user).get(page).content.decode()
    assert "hai điện thoại" not in sign_in(client, helpers.nga.user).get(page).content.decode()  # looks only
    own = sign_in(client, cast.lan).get(reverse("helping:visits_of_us")).content.decode()
    assert "Ảnh đẹp" in own and "hai điện thoại" not in own


def test_who_helps_elsewhere_and_looks_here_reads_neither_notes_nor_photos(cast, helpers, client) -> None:
    made = visit(cast, helpers, photos=[a_picture()], notes="Nhà có hai điện thoại")
    join_team(team=helpers.elsewhere.team, user=helpers.nga.user, role="member", actor=MAKER)
    page = sign_in(client, helpers.nga.user).get(reverse("helping:visit", args=[made.code]))
    photo = reverse("helping:visit_photo", args=[made.photos.get().pk])
    assert page.status_code == 200 and client.get(photo).status_code == 404
    assert "hai điện thoại" not in page.content.decode() and photo not in page.content.decode()


def test_after_two_days_the_page_offers_no_change_and_the_form_leads_back(cast, helpers, tuan) -> None:
    made = visit(cast, helpers)
    address = reverse("helping:visit_edit", args=[made.code])
    assert tuan.get(address).status_code == 200
    Visit.objects.update(written_at=clock.now() - EDITABLE_FOR)
    assert tuan.post(address, typed(minutes="50"))["Location"] == reverse("helping:visit", args=[made.code])
    assert address not in tuan.get(reverse("helping:visit", args=[made.code])).content.decode()
    made.refresh_from_db()
    assert made.minutes == 45


def test_what_belongs_to_another_commune_is_not_there(cast, helpers, client) -> None:
    made = visit(cast, helpers)
    sign_in(client, helpers.elsewhere.user)
    for name, args in (
        ("visit_new", [cast.huong_que.code]),
        ("visit", [made.code]),
        ("visit_edit", [made.code]),
        ("needs", [cast.huong_que.code]),
        ("hand_over_new", [helpers.tuan.code]),
    ):
        assert client.get(reverse(f"helping:{name}", args=args)).status_code == 404, name
    assert client.post(reverse("helping:step_done", args=[made.code])).status_code == 404
    assert made.code not in client.get(reverse("helping:visits")).content.decode()


def test_my_steps_are_on_my_list_until_they_are_done(cast, helpers, tuan) -> None:
    made = visit(cast, helpers, next_step="In tem", next_on=clock.today() - timedelta(days=1))
    page = tuan.get(reverse("helping:visits")).content.decode()
    assert "In tem" in page and "Trễ" in page
    tuan.post(reverse("helping:step_done", args=[made.code]))
    assert "Việc hẹn của tôi" not in tuan.get(reverse("helping:visits")).content.decode()


def test_a_household_is_asked_changed_and_taken_off(cast, helpers, tuan) -> None:
    address = reverse("helping:needs", args=[cast.huong_que.code])
    tuan.post(address, {"has_phone": "on"})
    needs = Needs.objects.get()
    assert "thiếu 5/6" in tuan.get(address).content.decode()
    one = reverse("helping:needs_edit", args=[cast.huong_que.code, needs.number])
    assert tuan.get(one).status_code == 200
    tuan.post(one, {"has_phone": "on", "has_label": "on"})
    assert "thiếu 4/6" in tuan.get(address).content.decode()
    tuan.post(reverse("helping:needs_drop", args=[cast.huong_que.code, needs.number]))
    assert "Hộ số" not in tuan.get(address).content.decode()


def test_a_partner_asks_no_household(cast, helpers, client) -> None:
    address = reverse("helping:needs", args=[cast.huong_que.code])
    assert sign_in(client, helpers.nga.user).post(address, {}).status_code == 403
    assert not Needs.objects.exists()


def test_steps_are_handed_over_and_taken_over(cast, helpers, client) -> None:
    made = visit(cast, helpers, next_step="In tem")
    sign_in(client, helpers.tuan.user)
    address = reverse("helping:hand_over_new", args=[helpers.tuan.code])
    page = client.get(address).content.decode()
    assert "In tem" in page and "Thạch Thị Hạnh" in page and "Trần Thị Nga" not in page
    refused = client.post(address, {"visit": made.code, "taker": helpers.hanh.code, "note": ""})
    assert refused.status_code == 409 and not HandOver.objects.exists()
    client.post(address, {"visit": made.code, "taker": helpers.hanh.code, "note": "Em đi gặt"})
    asked = HandOver.objects.get()
    sign_in(client, helpers.hanh.user)
    assert "1 lần bàn giao chờ" in client.get(reverse("helping:board")).content.decode()
    assert "Lâm Văn Tuấn → Thạch Thị Hạnh" in client.get(reverse("helping:hand_overs")).content.decode()
    client.post(reverse("helping:hand_over", args=[asked.code]), {"act": "take"})
    made.refresh_from_db()
    assert made.carrier == helpers.hanh.user


def test_only_who_leads_hands_over_for_another(cast, helpers, client) -> None:
    of_tuan, of_hanh = (reverse("helping:hand_over_new", args=[one.code]) for one in (helpers.tuan, helpers.hanh))
    assert sign_in(client, helpers.hanh.user).get(of_tuan).status_code == 404
    assert sign_in(client, helpers.tuan.user).get(of_hanh).status_code == 200


def test_shares_are_for_who_leads_and_for_staff(cast, helpers, client) -> None:
    address = reverse("helping:shares")
    people = {helpers.tuan.user: 200, helpers.hanh.user: 403, helpers.nga.user: 403, cast.lan: 403, cast.hoa: 200}
    assert {user.name: sign_in(client, user).get(address).status_code for user in people} == {
        user.name: status for user, status in people.items()
    }
    client.logout()
    assert client.get(address).status_code == 302


def test_the_sheet_of_shares_runs_nothing_and_names_no_person(cast, helpers, tuan) -> None:
    type(cast.huong_que).objects.filter(pk=cast.huong_que.pk).update(name="=HYPERLINK(1)")
    record(actor=cast.lan_acts, action="parcel.accepted", subject=cast.huong_que)
    acted(make_mandate(helpers.tuan, cast.huong_que), "parcel.packed", cast.huong_que)
    answer = tuan.get(reverse("helping:shares"), {"tep": "csv"})
    rows = answer.content.decode("utf-8-sig").split("\r\n")
    assert answer["Content-Type"].startswith("text/csv")
    assert rows[1] == f"Tổ công nghệ số Trần Đề,'=HYPERLINK(1),{clock.today():%Y-%m},1,1,50"
    assert "Lan" not in answer.content.decode() and "Tuấn" not in answer.content.decode()
    assert "50" in tuan.get(reverse("helping:shares")).content.decode()


def test_the_report_hides_fewer_than_five_households(cast, helpers, tuan) -> None:
    for number in range(1, 7):
        Needs.objects.create(
            cooperative=cast.huong_que,
            number=number,
            asked_on=clock.today(),
            asked_by=helpers.tuan.user,
            has_phone=number > 2,  # two lack it
        )
    page = tuan.get(reverse("helping:shares")).content.decode()
    lacking_a_phone, own_number = page.split("có điện thoại thông minh")[1], page.split("có số điện thoại riêng")[1]
    assert lacking_a_phone.split("</td>")[0].endswith("–")
    assert own_number.split("</td>")[0].endswith("6")


def test_the_seller_reads_what_was_done_with_ways_to_look_and_undo(cast, helpers, client) -> None:
    mandate = make_mandate(helpers.tuan, cast.huong_que)
    acted(mandate, "listing_draft.dropped", cast.huong_que)
    acted(mandate, "photo.taken_in", cast.huong_que)
    record(actor=cast.lan_acts, action="voucher.stopped", subject=cast.huong_que)
    page = sign_in(client, cast.lan).get(reverse("helping:done_for_us")).content.decode()
    assert page.count("Lâm Văn Tuấn") == 1
    assert mandate.code in page
    assert Mandate.objects.count() == 1
