"""A seller's standing after it was admitted: changed with a reason, told once, final when ceased."""

from __future__ import annotations

import pytest

from community.audit.actors import Actor
from community.audit.models import AuditEntry
from community.onboarding.standing import CannotChangeStanding, cease, lift, suspend
from community.outbox.models import OutboxMessage
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site_ready")]


def kinds() -> list[str]:
    return list(OutboxMessage.objects.order_by("pk").values_list("kind", flat=True))


def state(cast: Cast) -> tuple[object, ...]:
    cast.huong_que.refresh_from_db()
    return cast.huong_que.status, cast.huong_que.status_reason, kinds(), AuditEntry.objects.count()


def test_suspended_with_a_reason_and_let_back_in(cast: Cast) -> None:
    told = {"cooperative": cast.huong_que, "actor": cast.hoa_acts}
    suspend(reason="Giấy VietGAP giả.", **told)
    assert not cast.huong_que.is_active and cast.huong_que.status_reason == "Giấy VietGAP giả."
    with pytest.raises(CannotChangeStanding, match="moved"):
        suspend(reason="nữa", **told)
    lift(reason="Đã nộp giấy thật.", **told)
    suspend(reason="Lần hai.", **told)
    cease(reason="Ngừng hoạt động.", **told)
    with pytest.raises(CannotChangeStanding, match="moved"):
        lift(reason="x", **told)
    assert kinds() == ["seller_suspended", "seller_lifted", "seller_suspended", "seller_ceased"]


@pytest.mark.parametrize("verb", [suspend, cease])
@pytest.mark.parametrize(("who", "reason", "code"), [("lan", "x", "not_allowed"), ("hoa", " ", "no_words")])
def test_a_refused_change_of_standing_changes_nothing(cast: Cast, verb, who: str, reason: str, code: str) -> None:
    before = state(cast)
    with pytest.raises(CannotChangeStanding, match=code):
        verb(cooperative=cast.huong_que, reason=reason, actor=Actor.of(getattr(cast, who)))
    assert state(cast) == before
