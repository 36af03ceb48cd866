"""The screens of keys: the secret is seen once; another's key is not there."""

from __future__ import annotations

import re

from django.test import Client

from community.api_keys.keeping import create_key, find_key
from tests.cast import Cast, sign_in
from tests.traceability.exchange.asking import Machine


def test_a_key_is_made_used_and_revoked(client: Client, cast: Cast) -> None:
    sign_in(client, cast.lan)
    made = client.post("/ket-noi/moi/", {"name": "Phần mềm kho", "scope": "capture"})
    assert made.status_code == 201
    assert "no-store" in made["Cache-Control"]
    secret = re.search(r"cn_[0-9a-z]{8}_[0-9a-z]{40}", made.content.decode())[0]
    assert Machine(secret).get("capture").status_code == 200
    listed = client.get("/ket-noi/").content.decode()
    assert "Phần mềm kho" in listed
    assert secret not in listed
    prefix = secret.split("_")[1]
    assert client.get(f"/ket-noi/{prefix}/thu-hoi/").status_code == 200
    assert find_key(secret)
    assert client.post(f"/ket-noi/{prefix}/thu-hoi/").status_code == 302
    assert Machine(secret).get("capture").status_code == 401
    assert prefix not in client.get("/ket-noi/").content.decode()
    assert client.post(f"/ket-noi/{prefix}/thu-hoi/").status_code == 404


def test_the_form_says_what_is_missing(client: Client, cast: Cast) -> None:
    sign_in(client, cast.lan)
    answer = client.post("/ket-noi/moi/", {"name": " "})
    assert answer.status_code == 400
    assert "Hãy đặt tên cho khóa." in answer.content.decode()
    assert not cast.huong_que.api_keys.exists()


def test_a_key_of_another_cooperative_is_not_there(client: Client, cast: Cast) -> None:
    key = create_key(cooperative=cast.other_cooperative, name="Máy rang", scope="read", actor=cast.other_acts).key
    sign_in(client, cast.lan)
    assert "Máy rang" not in client.get("/ket-noi/").content.decode()
    assert client.post(f"/ket-noi/{key.prefix}/thu-hoi/").status_code == 404
    key.refresh_from_db()
    assert key.revoked_at is None


def test_the_screens_speak_english_too(client: Client, cast: Cast) -> None:
    sign_in(client, cast.lan)
    assert "Make a key" in client.get("/en/ket-noi/").content.decode()
