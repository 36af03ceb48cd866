from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.template.loader import get_template

from tests.cast import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client, hoa):
    return sign_in(client, hoa)


def test_the_style_guide_shows_every_component(site, staff):
    page = staff.get("/quan-tri/mau/").content.decode()
    for name in ("stamp third", "stamp device", "stamp self", "stamp gone", "verdict recall", "timeline", "tiles",
                 "keypad", "pages", "stepper", "notice bad", "card prod", "empty", "table folds"):  # fmt: skip
        assert name in page


def test_a_wrong_field_names_its_error_to_screen_readers(site, staff):
    page = staff.get("/quan-tri/mau/").content.decode()
    assert 'aria-invalid="true"' in page
    assert 'id="id_phone_error"' in page
    wrong = next(tag for tag in page.split("<input") if 'value="12"' in tag).split(">")[0]
    assert 'aria-describedby="id_phone_helptext id_phone_error"' in wrong


def test_buyers_are_kept_out_of_the_staffs_page(site, client):
    assert client.get("/quan-tri/mau/").status_code == 302
    reader = get_user_model().objects.create(email="minh@example.vn", is_active=True)
    client.force_login(reader)
    assert client.get("/quan-tri/mau/").status_code in (302, 403)


@pytest.mark.parametrize("name", ["400.html", "500.html", "403_csrf.html"])
def test_pages_for_broken_moments_need_no_database_and_no_frame(name, django_assert_num_queries):
    with django_assert_num_queries(0):
        page = get_template(name).render({})
    assert "Chợ Nguồn" in page
    assert '<html lang="vi">' in page
    assert 'lang="en"' in page


def test_the_page_for_forbidden_things_offers_a_way_on(site, rf):
    page = get_template("403.html").render({}, rf.get("/"))
    assert 'href="/dang-nhap/"' in page


def test_a_full_form_field_keeps_what_was_typed(site, staff):
    assert 'value="12"' in staff.get("/quan-tri/mau/").content.decode()
