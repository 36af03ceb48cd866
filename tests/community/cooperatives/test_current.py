from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django import DjangoAssertNumQueries

from community.accounts.models import User
from community.cooperatives.current import choose_cooperative
from community.cooperatives.joining import add_member, end_membership
from community.cooperatives.models import Cooperative, Membership
from community.door.current import MemberRequest, member_required, staff_required
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site_ready")]


@member_required("pack")
def orders(request: MemberRequest) -> HttpResponse:
    return HttpResponse(f"{request.cooperative.code} {request.membership.role} {request.actor.label}")


@staff_required
def desk(request: HttpRequest) -> HttpResponse:
    return HttpResponse("desk")


def ask(user: User | AnonymousUser) -> HttpRequest:
    request = RequestFactory().get("/ban-hang/don/?trang=2")
    request.user = user
    request.session = SessionStore()
    return request


def test_anonymous_people_sign_in_and_come_back() -> None:
    answer = orders(ask(AnonymousUser()))
    assert answer.status_code == 302
    assert answer["Location"] == "/dang-nhap/?next=/ban-hang/don/%3Ftrang%3D2"


def test_a_member_is_known_with_cooperative_and_actor(cast: Cast) -> None:
    answer = orders(ask(cast.son))
    assert answer.content.decode() == f"{cast.huong_que.code} packer Trần Văn Sơn"
    assert "no-cache" in answer["Cache-Control"]


def test_an_ended_membership_counts_on_the_next_request(cast: Cast) -> None:
    assert orders(ask(cast.son)).status_code == 200
    end_membership(membership=cast.son.memberships.get(), actor=cast.lan_acts)
    page = orders(ask(cast.son))
    assert page.status_code == 403


def test_a_role_without_the_capability_is_told_so(cast: Cast) -> None:
    Membership.objects.filter(user=cast.son).update(role="recorder")
    page = orders(ask(cast.son))
    assert page.status_code == 403 and cast.huong_que.name in page.content.decode()


def test_staff_are_no_members(cast: Cast) -> None:
    assert orders(ask(cast.hoa)).status_code == 403


def test_people_in_several_work_for_the_one_they_chose(cast: Cast) -> None:
    add_member(cooperative=cast.other_cooperative, user=cast.lan, role="packer", actor=cast.hoa_acts)
    request = ask(cast.lan)
    assert orders(request).content.decode().startswith(cast.huong_que.code)
    choose_cooperative(request, cast.other_cooperative)
    assert orders(request).content.decode().startswith(f"{cast.other_cooperative.code} packer")


def test_a_chosen_cooperative_of_others_is_ignored(cast: Cast) -> None:
    request = ask(cast.lan)
    choose_cooperative(request, cast.other_cooperative)
    assert orders(request).content.decode().startswith(cast.huong_que.code)


def test_a_ceased_cooperative_has_no_desk(cast: Cast) -> None:
    Cooperative.objects.filter(pk=cast.huong_que.pk).update(status="ceased")
    assert orders(ask(cast.son)).status_code == 403


def test_the_guard_costs_one_query(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    son = User.objects.get(pk=cast.son.pk)
    with django_assert_num_queries(1):
        orders(ask(son))


def test_only_staff_come_to_the_staff_desk(cast: Cast) -> None:
    assert desk(ask(cast.hoa)).status_code == 200
    assert desk(ask(cast.lan)).status_code == 403
    assert desk(ask(AnonymousUser()))["Location"].startswith("/dang-nhap/can-bo/")


def test_a_misspelt_capability_fails_at_import() -> None:
    with pytest.raises(ValueError, match="orders"):
        member_required("orders")
