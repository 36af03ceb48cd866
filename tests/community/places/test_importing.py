from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from django.core.management import call_command

from community.places.aliasing import import_aliases
from community.places.importing import DATA, BadPlaces, import_places
from community.places.models import AdminUnit, UnitAlias

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("provinces.json", "communes.csv", "legacy_wards_seed_provinces.csv"):
        shutil.copyfile(DATA / name, tmp_path / name)
    return tmp_path


def edit_communes(folder: Path, *, drop: str = "", **replaced: str) -> None:
    file = folder / "communes.csv"
    lines = [line for line in file.read_text("utf-8").splitlines() if not drop or not line.startswith(drop)]
    text = "\n".join(lines) + "\n"
    for old, _arrow, new in (pair.partition("→") for pair in replaced.values()):
        assert old in text
        text = text.replace(old, new)
    file.write_text(text, "utf-8")


def state() -> list[tuple[object, ...]]:
    return list(AdminUnit.objects.order_by("code").values_list("code", "name_with_type", "parent__code", "is_current"))


def test_all_units_of_today_are_loaded_with_few_queries(django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    with django_assert_max_num_queries(60):
        report = import_places()
    assert AdminUnit.objects.provinces().count() == 34
    assert AdminUnit.objects.communes().count() == 3321
    assert len(report.new) == 3355
    kinds = {kind: AdminUnit.objects.filter(kind=kind).count() for kind in AdminUnit.Kind.values}
    assert kinds == {"tinh": 25, "thanh_pho": 9, "xa": 2599, "phuong": 709, "dac_khu": 13}
    assert AdminUnit.objects.get(code="31673").full_name == "Xã Trần Đề, Thành phố Cần Thơ"


def test_loading_again_changes_nothing(django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    import_places()
    assert import_aliases() > 1000
    before = state()
    with django_assert_max_num_queries(10):
        report = import_places()
        assert import_aliases() == 0
    assert report.nothing_changed and state() == before


def test_old_provinces_and_districts_lead_to_units_of_today() -> None:
    import_places()
    import_aliases()
    soc_trang = UnitAlias.objects.get(kind="old_province", name="Sóc Trăng")
    assert soc_trang.unit.code == "92"
    assert (
        UnitAlias.objects.filter(kind="old_province").values("name").distinct().count() == 30
    )  # 29 merged away, and Thừa Thiên Huế renamed
    assert UnitAlias.objects.filter(kind="old_district", folded="da krong", unit__code="19564").exists()


def test_a_changed_list_is_reported_and_nothing_is_deleted(folder: Path) -> None:
    import_places()
    edit_communes(
        folder,
        drop="05200",
        renamed="31673,Xã Trần Đề,Trần Đề,xa→31673,Xã Mỏ Ó,Mỏ Ó,xa",
        raised="05089,Xã Cao Phong,Cao Phong,xa→05089,Phường Cao Phong,Cao Phong,phuong",
        respelt="Xã Khe Sanh,Khe Sanh,xa→Xã Khe sanh,Khe sanh,xa",
        added="00004,Phường Ba Đình→99999,Xã Mới,Mới,xa,92\n00004,Phường Ba Đình",
    )
    report = import_places(folder)
    assert (report.new, report.gone, report.reused) == (["99999"], ["05200"], ["31673"])
    assert sorted(report.changed) == ["05089", "19429"]
    assert AdminUnit.objects.count() == 3356
    gone = AdminUnit.objects.get(code="05200")
    assert not gone.is_current and gone.gone_at is not None
    assert AdminUnit.objects.get(code="31673").name == "Trần Đề"  # waits for a person
    assert AdminUnit.objects.get(code="05089").kind == "phuong"


def test_a_reused_code_changes_its_name_only_when_accepted(folder: Path) -> None:
    import_places()
    edit_communes(folder, renamed="31673,Xã Trần Đề,Trần Đề,xa→31673,Xã Mỏ Ó,Mỏ Ó,xa")
    assert import_places(folder, accept={"31673"}).changed == ["31673"]
    assert AdminUnit.objects.get(code="31673").name_with_type == "Xã Mỏ Ó"


def test_a_unit_that_comes_back_is_current_again(folder: Path) -> None:
    import_places()
    edit_communes(folder, drop="05200")
    import_places(folder)
    assert import_places().returned == ["05200"]
    assert AdminUnit.objects.get(code="05200").is_current


def test_a_cut_off_file_is_refused_and_changes_nothing(folder: Path) -> None:
    import_places()
    before = state()
    file = folder / "communes.csv"
    file.write_text("\n".join(file.read_text("utf-8").splitlines()[:2000]) + "\n", "utf-8")
    with pytest.raises(BadPlaces) as refused:
        import_places(folder)
    assert refused.value.code == "too_many_gone" and state() == before


def test_a_commune_of_an_unknown_province_is_refused(folder: Path) -> None:
    listed = json.loads((folder / "provinces.json").read_text("utf-8"))
    listed["provinces"] = [one for one in listed["provinces"] if one["code"] != "92"]
    (folder / "provinces.json").write_text(json.dumps(listed), "utf-8")
    with pytest.raises(BadPlaces) as refused:
        import_places(folder)
    assert refused.value.code == "unknown_province" and not AdminUnit.objects.exists()


def test_the_command_says_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_places")
    assert "new: 3355" in capsys.readouterr().out
    call_command("load_places")
    told = capsys.readouterr().out
    assert "new: 0" in told and "old names added: 0" in told
