"""A sheet in each state an import goes through, for pictures: brought to the demo's cooperative."""

from __future__ import annotations

from datetime import timedelta

from community import clock
from community.audit.actors import Actor
from community.cooperatives.models import Cooperative
from marketplace.exporting.building import ask_export, build_export
from marketplace.importing.applying import apply_import, ask_to_apply
from marketplace.importing.models import SheetImport
from marketplace.importing.taking_in import read_upload, upload_sheet

HEAD = "Tên hàng;Loại hàng;Đóng trong;Lượng một gói;Giá bán;Giới thiệu;Ghi chú\n"
WRONG = "Tấm thơm;Lúa gạo;túi;5 kg;liên hệ;Nấu cháo dẻo.;\nTấm thơm;;túi;10 yen;180.000;;\n;;rổ;2 kg;38.000;;gọi lại\n"
RIGHT = "Gạo nếp cái hoa vàng;Lúa gạo;túi;2 kg;90.000;Nếp thơm, dẻo lâu.;\n;;túi;5 kg;215.000;;\n"


def brought_sheets(own: Cooperative) -> dict[str, str]:
    """Name of the picture → the rest of the address."""
    actor = Actor.of(own.memberships.get(role="owner").user, own)
    wrong, right = _brought(own, WRONG, actor, "bang-gia-cu.csv"), _brought(own, RIGHT, actor, "bảng giá tháng 11.xlsx")
    done = _brought(own, RIGHT.replace("cái hoa vàng", "than"), actor, "hàng mới.xlsx")
    ask_to_apply(sheet=done, actor=actor)
    apply_import(sheet=done, actor=actor)
    busy = _brought(own, RIGHT.replace("cái hoa vàng", "Tú Lệ"), actor, "hàng tết.xlsx")
    ask_to_apply(sheet=busy, actor=actor)
    SheetImport.objects.filter(pk=busy.pk).update(asked_at=clock.now() - timedelta(hours=1))
    used = _brought(own, RIGHT.replace("cái hoa vàng", "cẩm"), actor, "nếp cẩm.xlsx")
    ask_to_apply(sheet=used, actor=actor)
    apply_import(sheet=used, actor=actor)
    told = [["order", "Gạo nếp cẩm (7K3F)"], ["lot", "L261105-A"]]
    SheetImport.objects.filter(pk=used.pk).update(refused={"code": "used", "used": told})
    build_export(export=ask_export(cooperative=own, kind="xlsx", with_buyers=True, with_money=True, actor=actor))
    return {
        "wrong": f"{wrong.code}/",
        "row": f"{wrong.code}/dong/0/",
        "right": f"{right.code}/",
        "done": f"{done.code}/",
        "busy": f"{busy.code}/",
        "used": f"{used.code}/",
        "unreadable": f"{_brought(own, '', actor, 'anh.jpg').code}/",
    }


def _brought(own: Cooperative, rows: str, actor: Actor, name: str) -> SheetImport:
    body = (HEAD + rows if rows else "ảnh").encode()
    sheet = upload_sheet(cooperative=own, name=name, body=body, actor=actor)
    read_upload(sheet=sheet)
    return sheet
