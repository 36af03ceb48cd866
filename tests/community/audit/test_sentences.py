from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from community.audit.actors import Actor
from community.audit.models import AuditEntry
from community.audit.recording import record
from community.audit.sentences import did_of, sentence_of, subject_names, who_of
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def entry(**fields: object) -> AuditEntry:
    return AuditEntry(**{"actor_label": "buyer", "action": "offer.price_changed", "facts": {}, **fields})


def test_an_act_for_somebody_names_both_the_paper_and_what_changed(cast: Cast) -> None:
    helps = replace(Actor.of(cast.hoa, cast.huong_que), mandate_code="UQ12")
    done = record(actor=helps, action="offer.price_changed", subject=cast.huong_que, old_dong=185_000, new_dong=190_000)
    with override("vi"):
        told = sentence_of(done).replace("\xa0", " ")
    assert told == (
        f"{cast.hoa.name}, làm thay HTX Hương Quê Trần Đề theo giấy số UQ12, đã đổi giá từ 185.000 ₫ thành 190.000 ₫"
    )
    with override("en"):
        told = sentence_of(done).replace("\xa0", " ")
    assert told == (
        f"{cast.hoa.name}, acting for HTX Hương Quê Trần Đề by paper no. UQ12, "
        "changed the price from 185.000 ₫ to 190.000 ₫"
    )


@pytest.mark.parametrize(
    ("action", "facts", "words"),
    [
        ("cooperative.holiday_set", {"first": "2026-11-05", "last": "2026-11-07"}, "05/11/2026 đến 07/11/2026"),
        ("membership.role_changed", {"before": "packer", "role": "owner"}, "đổi vai trò của một người từ “"),
        ("month.signed", {"month": "2026-10"}, "ký sổ tháng 10/2026"),
        ("pack.gtin_assigned", {"before": "", "gtin": "8936"}, "gắn mã vạch 8936 cho gói"),
        ("capacity.set", {"before": 0, "kg_per_day": 50}, "từ 0 thành 50 kg"),
        ("label.printed", {"count": 1200, "lot": "L2401"}, "in 1.200 tem của lô L2401"),
        ("claim.withdrawn", {"certificate": "OCOP-7"}, "giấy chứng nhận OCOP-7"),
        ("claim.withdrawn", {"parcel": "7K3F", "dong": 0}, "rút khiếu nại"),
        ("gone.long_ago", {"x": 1}, "không còn được diễn bằng lời"),
    ],
)
def test_facts_are_told_as_people_write_them(action: str, facts: dict[str, object], words: str) -> None:
    with override("vi"):
        assert words in did_of(entry(action=action, facts=facts))


def test_without_its_facts_an_act_is_told_shorter() -> None:
    with override("en"):
        assert did_of(entry(action="pack.created")) == "made a pack"


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("buyer", "Người mua"),
        ("visitor", "Một khách"),
        ("system:worker", "Hệ thống"),
        ("key:ab12 Cân điện tử", "Máy tính khác (ab12 Cân điện tử)"),
        ("", "Một người đã được xóa tên"),
    ],
)
def test_whoever_is_no_person_is_told_in_words(label: str, words: str) -> None:
    with override("vi"):
        assert who_of(entry(actor_label=label)) == words


def test_things_are_named_by_what_people_call_them_with_one_query_a_kind(cast: Cast) -> None:
    rows = [record(actor=cast.lan_acts, action="user.opened", subject=one) for one in (cast.lan, cast.son)]
    rows += [record(actor=cast.lan_acts, action="cooperative.created", subject=cast.huong_que)] * 3
    with CaptureQueriesContext(connection) as asked, override("vi"):
        names = subject_names(rows)
    assert names[rows[0].pk].endswith(cast.lan.name) and names[rows[2].pk].endswith("HTX Hương Quê Trần Đề")
    assert len(asked) == 2
