from __future__ import annotations

import pytest
from django.test import RequestFactory

from community.places.finding import communes_of, find_units, provinces
from community.places.models import AdminUnit
from marketplace.shopping.near import find_place
from marketplace.shopping.places import asked_place


def codes(text: str, **options: object) -> list[str]:
    return [hit.unit.code for hit in find_units(text, **options)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("tran de", "31673"),
        ("Xã Trần Đề", "31673"),
        ("trần đề, cần thơ", "31673"),
        ("tran de can tho", "31673"),
        ("Trần Đề, Sóc Trăng", "31673"),
        ("dakrong", "19564"),
        ("Đa Krông", "19564"),
        ("huyện Đakrông", "19564"),
        ("huong hoa", "19429"),
        ("Hướng Hóa, Quảng Trị", "19429"),
        ("Cao Lãnh, Đồng Tháp", "29869"),
        ("tịnh biên", "30520"),
        ("soc trang", "92"),
        ("tinh soc trang", "92"),
        ("Hoà Bình", "25"),
        ("can tho", "92"),
        ("p. Hồng Ngự", "29955"),
    ],
)
def test_people_find_their_place_by_what_they_type(all_places: None, typed: str, code: str) -> None:
    assert code in codes(typed)


def test_todays_name_comes_before_an_old_one(all_places: None) -> None:
    first = find_units("Trần Đề")[0]
    assert (first.unit.code, first.old_name) == ("31673", "")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Tỉnh An Giang", "91"),
        ("tinh cao bang", "04"),
        ("Tỉnh Quảng Ngãi", "51"),
        ("Tỉnh Thanh Hóa", "38"),
        ("Phường 1 Bảo Lộc, Tỉnh Lâm Đồng", "24823"),
        ("phuong 1 bao loc", "24823"),
    ],
)
def test_a_type_is_no_part_of_another_name(all_places: None, typed: str, code: str) -> None:
    """ "Tỉnh An Giang" was read as "tịnh…" in An Giang: the fee of Phường Tịnh Biên."""
    assert code in codes(typed)


@pytest.mark.parametrize("code", ["56", "38", "21523", "21484", "28261", "30076"])
@pytest.mark.parametrize("name", ["short_name", "full_name"])
def test_a_place_our_own_fields_send_back_is_the_same_place(all_places: None, code: str, name: str) -> None:
    """The list of goods sends "Khánh Hòa" back with the next filter; it asked again which place is meant."""
    unit = AdminUnit.objects.select_related("parent").get(code=code)
    assert find_place(getattr(unit, name)).unit == unit
    assert asked_place(RequestFactory().get("/", {"to": getattr(unit, name)})).place == unit


def test_an_old_district_leads_to_each_commune_that_took_its_wards(all_places: None) -> None:
    found = find_units("huyện Lục Ngạn")
    assert len(found) >= 4 and {hit.unit.parent.code for hit in found if hit.unit.parent} == {"24"}
    assert any(hit.old_name == "Huyện Lục Ngạn" for hit in found)


def test_what_follows_the_comma_narrows(all_places: None) -> None:
    assert len(codes("Tân Thành")) > 3
    assert codes("Tân Thành, Cà Mau") and all(
        hit.unit.parent and hit.unit.parent.name == "Cà Mau" for hit in find_units("Tân Thành, Cà Mau")
    )


@pytest.mark.parametrize("typed", ["", "  ", "x", ",,,", "xyzxyz", "%", "tran de, hà nội", "'; --"])
def test_nothing_is_found_for_nothing(all_places: None, typed: str) -> None:
    assert codes(typed) == []


@pytest.mark.parametrize("typed", ["a" * 5000, "xa " * 200, "ba dinh ha noi " * 50])
def test_any_text_costs_few_queries(all_places: None, typed: str, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    with django_assert_max_num_queries(12):
        find_units(typed)


def test_a_province_can_be_fixed_beforehand(all_places: None) -> None:
    can_tho = AdminUnit.objects.get(code="92")
    assert "27748" in codes("Vĩnh Châu")  # Xã Vĩnh Châu of Tây Ninh
    found = codes("Vĩnh Châu", province=can_tho)
    assert found[0] == "31783" and "27748" not in found


def test_lists_are_in_the_order_of_the_alphabet(all_places: None) -> None:
    names = [unit.name for unit in provinces()]
    assert len(names) == 34 and names[0] == "An Giang"
    assert names.index("Điện Biên") > names.index("Đắk Lắk") > names.index("Cao Bằng")
    quang_tri = communes_of(AdminUnit.objects.get(code="44"))
    assert quang_tri.count() == 78 and all(unit.parent_id == quang_tri[0].parent_id for unit in quang_tri)
