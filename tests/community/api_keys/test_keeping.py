"""Keys: shown once, found by their secret alone, dead when revoked or when the seller stops."""

from __future__ import annotations

from datetime import timedelta

import pytest

from community import clock
from community.api_keys.keeping import MOST_KEYS, BadKeyRequest, create_key, find_key, note_use, revoke_key
from community.api_keys.models import ApiKey
from community.audit.models import AuditEntry
from community.cooperatives.models import Cooperative
from tests.cast import Cast


def test_the_secret_opens_and_is_not_stored(cast: Cast) -> None:
    made = create_key(cooperative=cast.huong_que, name=" Cân ", scope="capture", actor=cast.lan_acts)
    found = find_key(made.secret)
    assert found == made.key
    assert (found.name, found.may_capture, found.cooperative) == ("Cân", True, cast.huong_que)
    stored = " ".join(str(value) for value in ApiKey.objects.values_list()[0])
    assert made.secret not in stored
    assert made.secret.rpartition("_")[2] not in stored
    entry = AuditEntry.objects.get(action="api_key.created")
    assert (entry.subject_code, entry.actor) == (made.key.prefix, cast.lan)
    assert made.secret not in str(entry.facts)


@pytest.mark.parametrize(
    "change", [lambda s: s[:-1] + ("0" if s[-1] != "0" else "1"), lambda s: "", lambda s: "é" * 52, str.upper]
)
def test_nothing_else_opens(cast: Cast, change) -> None:
    made = create_key(cooperative=cast.huong_que, name="Cân", scope="read", actor=cast.lan_acts)
    other = create_key(cooperative=cast.huong_que, name="Kho", scope="read", actor=cast.lan_acts)
    assert find_key(change(made.secret)) is None
    assert find_key(f"cn_{other.key.prefix}_{made.secret.rpartition('_')[2]}") is None


def test_revoked_it_opens_nothing(cast: Cast) -> None:
    made = create_key(cooperative=cast.huong_que, name="Cân", scope="read", actor=cast.lan_acts)
    revoke_key(key=made.key, actor=cast.lan_acts)
    revoke_key(key=made.key, actor=cast.lan_acts)
    assert find_key(made.secret) is None
    assert AuditEntry.objects.filter(action="api_key.revoked").count() == 1


@pytest.mark.parametrize("status", ["suspended", "ceased", "applied"])
def test_a_seller_that_stopped_has_no_keys(cast: Cast, status: str) -> None:
    made = create_key(cooperative=cast.huong_que, name="Cân", scope="read", actor=cast.lan_acts)
    Cooperative.objects.filter(pk=cast.huong_que.pk).update(status=status)
    assert find_key(made.secret) is None


def test_use_is_written_down_once_an_hour(cast: Cast, django_assert_num_queries) -> None:
    made = create_key(cooperative=cast.huong_que, name="Cân", scope="read", actor=cast.lan_acts)
    start = clock.now()
    with clock.at(start):
        note_use(find_key(made.secret))
    key = find_key(made.secret)
    assert key.last_used_at == start
    with clock.at(start + timedelta(minutes=59)), django_assert_num_queries(0):
        note_use(key)
    with clock.at(start + timedelta(minutes=61)), django_assert_num_queries(1):
        note_use(key)
    assert find_key(made.secret).last_used_at == start + timedelta(minutes=61)


@pytest.mark.parametrize(
    ("name", "scope", "code"),
    [("  ", "read", "name_missing"), ("x" * 81, "read", "name_too_long"), ("Cân", "all", "unknown_scope")],
)
def test_a_bad_request_makes_no_key(cast: Cast, name: str, scope: str, code: str) -> None:
    with pytest.raises(BadKeyRequest) as refused:
        create_key(cooperative=cast.huong_que, name=name, scope=scope, actor=cast.lan_acts)
    assert refused.value.code == code
    assert not ApiKey.objects.exists()


def test_so_many_and_no_more(cast: Cast) -> None:
    for number in range(MOST_KEYS):
        create_key(cooperative=cast.huong_que, name=str(number), scope="read", actor=cast.lan_acts)
    with pytest.raises(BadKeyRequest):
        create_key(cooperative=cast.huong_que, name="zu viel", scope="read", actor=cast.lan_acts)
    assert ApiKey.objects.count() == MOST_KEYS
    create_key(cooperative=cast.other_cooperative, name="Cân", scope="read", actor=cast.other_acts)
