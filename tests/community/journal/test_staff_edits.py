"""What staff change in the admin leaves one line: who, which fields, from what to what; personal data by field only."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from community.audit.models import AuditEntry
from community.audit.sentences import did_of
from community.cooperatives.founding import change_status
from tests.cast import Cast, sign_in
from tests.making import make_certificate, make_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(cast: Cast) -> Client:
    cast.hoa.is_superuser = True
    cast.hoa.save()
    return sign_in(Client(), cast.hoa)


def filled(client: Client, address: str) -> dict[str, object]:
    form = client.get(address).context["form"]
    return {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}


def test_an_edited_cooperative_leaves_one_line_with_both_values(admin: Client, cast: Cast) -> None:
    address = reverse("cooperatives:edit", args=[cast.huong_que.pk])
    told = filled(admin, address)
    assert admin.post(address, told).status_code == 302
    assert not AuditEntry.objects.filter(action="cooperative.edited").exists()
    assert admin.post(address, told | {"tax_code": "2200123456", "phone": "0912000111"}).status_code == 302
    line = AuditEntry.objects.get(action="cooperative.edited")
    assert (line.actor, line.cooperative, line.subject_id) == (cast.hoa, cast.huong_que, cast.huong_que.pk)
    assert "→ “2200123456”" in did_of(line) and "912000111" not in str(line.facts)


def test_a_refused_edit_leaves_no_line(admin: Client, cast: Cast) -> None:
    address = reverse("cooperatives:edit", args=[cast.huong_que.pk])
    told = filled(admin, address) | {"tax_code": "2200123456", "commune_code": "00000"}
    assert admin.post(address, told).status_code == 200
    cast.huong_que.refresh_from_db()
    assert cast.huong_que.tax_code == "" and not AuditEntry.objects.filter(action="cooperative.edited").exists()


def test_an_edited_person_leaves_one_line_without_personal_data(admin: Client, cast: Cast) -> None:
    address = reverse("wagtailusers_users:edit", args=[cast.lan.pk])
    told = filled(admin, address) | {"name": "Hồ Thị Lan Anh"}
    assert admin.post(address, told).status_code == 302
    line = AuditEntry.objects.get(action="user.edited")
    assert (line.actor, line.subject_id) == (cast.hoa, cast.lan.pk) and "Lan" not in str(line.facts)


def test_an_edited_certificate_leaves_one_line_beside_those_of_its_verbs(admin: Client, cast: Cast) -> None:
    paper = make_certificate(make_product(cast.huong_que).product)
    address = reverse("certificates:edit", args=[paper.pk])
    told = filled(admin, address) | {"issuer": "UBND tỉnh Cà Mau"}
    assert admin.post(address, told).status_code == 302
    line = AuditEntry.objects.get(action="certificate.edited")
    assert line.actor == cast.hoa and "→ “UBND tỉnh Cà Mau”" in did_of(line)


def test_a_standing_says_what_it_was_before(cast: Cast) -> None:
    change_status(cooperative=cast.huong_que, status="suspended", actor=cast.hoa_acts)
    change_status(cooperative=cast.huong_que, status="suspended", actor=cast.hoa_acts)
    line = AuditEntry.objects.get(action="cooperative.status_changed")
    assert (line.facts["before"], line.facts["status"]) == ("active", "suspended")
