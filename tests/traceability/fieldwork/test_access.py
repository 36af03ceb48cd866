"""Who gets in: every address, every role, own and foreign. Whoever may not, changes nothing."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from community.cooperatives.models import Membership
from tests.cast import Cast, sign_in
from tests.traceability.fieldwork.conftest import typed
from traceability.batches.models import Batch
from traceability.events.models import Event

pytestmark = pytest.mark.django_db
READ = ["home", "batches", "choose_pack", "new_batch", "batch", "step", "labels"]
OF_A_BATCH = ["batch", "step", "labels", "publish"]


def address(name: str, batch: Batch) -> str:
    args = {"home": [], "batches": [], "choose_pack": [], "new_batch": [batch.pack.code]}.get(name, [batch.public_code])
    return reverse(f"fieldwork:{name}", args=[*args, "dry"] if name == "step" else args)


@pytest.mark.parametrize("role", ["owner", "manager", "recorder"])
@pytest.mark.parametrize("name", READ)
def test_those_who_record_get_in(client: Client, published: Batch, cast: Cast, role: str, name: str) -> None:
    Membership.objects.filter(user=cast.lan).update(role=role)
    assert sign_in(client, cast.lan).get(address(name, published)).status_code == 200


@pytest.mark.parametrize("role", ["packer", "viewer"])
@pytest.mark.parametrize("name", [*READ, "publish"])
def test_others_of_the_cooperative_are_told_in_plain_words(
    client: Client, published: Batch, cast: Cast, role: str, name: str
) -> None:
    Membership.objects.filter(user=cast.son).update(role=role)
    before = Event.objects.count()
    phone = sign_in(client, cast.son)
    if name in READ:
        assert phone.get(address(name, published)).status_code == 403
    if name in ("publish", "step", "new_batch"):
        assert phone.post(address(name, published), typed()).status_code == 403
    assert Event.objects.count() == before


@pytest.mark.parametrize("name", ["home", "batch", "step", "labels"])
def test_the_refusal_names_the_role_and_whom_to_ask(client: Client, published: Batch, cast: Cast, name: str) -> None:
    page = sign_in(client, cast.son).get(address(name, published)).content.decode()
    assert "Packer" in page
    assert "Batches, steps and labels" in page


@pytest.mark.parametrize("name", READ)
def test_a_stranger_is_asked_to_sign_in_and_comes_back_here(client: Client, published: Batch, name: str) -> None:
    url = address(name, published)
    response = client.get(url)
    assert response.status_code == 302
    assert response["Location"] == f"{reverse('account_login')}?next={url}"


@pytest.mark.parametrize("name", [*OF_A_BATCH, "new_batch"])
def test_another_cooperative_s_batch_does_not_exist(client: Client, published: Batch, cast: Cast, name: str) -> None:
    before = Event.objects.count()
    phone = sign_in(client, cast.other_seller)
    if name != "publish":
        assert phone.get(address(name, published)).status_code == 404
    if name in ("publish", "step", "new_batch"):
        assert phone.post(address(name, published), typed()).status_code == 404
    assert (Event.objects.count(), Batch.objects.count()) == (before, 1)


@pytest.mark.parametrize("code", ["0000000000", "khong-co", "X" * 40])
@pytest.mark.parametrize("name", ["batch", "labels"])
def test_an_unknown_batch_does_not_exist(lan_phone: Client, batch: Batch, code: str, name: str) -> None:
    assert lan_phone.get(reverse(f"fieldwork:{name}", args=[code])).status_code == 404


def test_a_code_typed_in_small_letters_finds_its_batch(lan_phone: Client, batch: Batch) -> None:
    assert lan_phone.get(reverse("fieldwork:batch", args=[batch.public_code.lower()])).status_code == 200


def test_no_page_of_the_diary_is_kept_by_caches(lan_phone: Client, published: Batch) -> None:
    for name in READ:
        assert "no-store" in lan_phone.get(address(name, published))["Cache-Control"]


def test_a_form_without_its_token_is_refused_and_changes_nothing(batch: Batch, cast: Cast) -> None:
    strict = sign_in(Client(enforce_csrf_checks=True), cast.lan)
    assert strict.post(address("step", batch), typed()).status_code == 403
    assert not Event.objects.exists()
