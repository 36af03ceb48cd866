"""From "I want to sell" to "you may": the seller's part, the staff's part, and who sees the papers."""

from __future__ import annotations

import io
import threading

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from PIL import Image
from pytest_django import Settings

from community.accounts.models import User
from community.audit.actors import Actor
from community.audit.models import AuditEntry
from community.cooperatives.models import Cooperative, Membership
from community.members.accepting import accept_with_new_account
from community.members.models import Invitation
from community.onboarding.applying import (
    MOST_PAPERS,
    MOST_PAPERS_EVER,
    CannotApply,
    add_paper,
    application_of,
    ask_to_sell,
    send_application,
    take_back_paper,
    write_facts,
)
from community.onboarding.deciding import CannotDecide, admit, ask_for_more, refuse
from community.onboarding.models import SellerApplication, SellerPaper
from community.onboarding.requirements import FORMS, PAPERS
from community.outbox.models import OutboxMessage
from community.photos.paper_files import MOST_PDF_BYTES
from marketplace.moderation.setting_up import set_up_review
from marketplace.selling.application_forms import FactsForm
from tests.cast import Cast, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site_ready")]
FACTS = {
    "address_line": "Ấp Đầu Giồng",
    "representative": "Hồ Thị Lan",
    "id_last4": "4567",
    "registration_no": "59F00012",
    "registered_on": "2020-05-01",
    "registered_by": "UBND huyện",
    "tax_code": "2200123456",
}


def pdf(content: bytes = b"%PDF-1.4 giay") -> SimpleUploadedFile:
    return SimpleUploadedFile("giay.pdf", content, content_type="application/pdf")


def picture() -> SimpleUploadedFile:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Secret Phone"
    Image.new("RGB", (40, 30), (30, 107, 69)).save(out, "JPEG", exif=exif)
    return SimpleUploadedFile("giay.jpg", out.getvalue(), content_type="image/jpeg")


@pytest.fixture
def applying(cast: Cast) -> Cast:
    Cooperative.objects.filter(pk=cast.huong_que.pk).update(status="applied")
    cast.huong_que.refresh_from_db()
    return cast


def fill(cast: Cast, legal_form: str = "cooperative") -> None:
    write_facts(cooperative=cast.huong_que, legal_form=legal_form, actor=cast.lan_acts, **FACTS)
    for kind in PAPERS[legal_form]:
        add_paper(cooperative=cast.huong_que, kind=kind, upload=pdf(), actor=cast.lan_acts)


def sent(cast: Cast) -> SellerApplication:
    fill(cast)
    return send_application(cooperative=cast.huong_que, actor=cast.lan_acts)


def state() -> tuple[object, ...]:
    return (
        list(SellerApplication.objects.values()),
        list(SellerPaper.objects.values()),
        list(Cooperative.objects.values("pk", "status", "status_reason", "legal_form")),
        OutboxMessage.objects.count(),
        AuditEntry.objects.exclude(action="application.paper_looked_at").count(),
    )


def kinds() -> list[str]:
    return list(OutboxMessage.objects.exclude(kind="invitation").order_by("pk").values_list("kind", flat=True))


def test_a_stranger_asks_and_confirms_by_telephone(cast: Cast) -> None:
    new = ask_to_sell(
        name="THT Bánh pía", legal_form="group", commune=cast.tran_de, person="Chu Thị Sáu", phone="0977111222"
    )
    assert (new.status, new.members.count(), application_of(new).status) == ("applied", 0, "draft")
    text = OutboxMessage.objects.get().text
    owner = accept_with_new_account(token=text.rpartition("/")[0].rpartition("/")[2], name="", pin="730164")
    assert (owner.role, owner.cooperative, owner.user.name) == ("owner", new, "Chu Thị Sáu")


def test_asking_is_limited_by_telephone(cast: Cast) -> None:
    told = {"legal_form": "group", "commune": cast.tran_de, "person": "Sáu", "phone": "0977111222"}
    for number in range(2):
        ask_to_sell(name=f"Tổ {number}", **told)
    before = Cooperative.objects.count()
    with pytest.raises(CannotApply, match="too_many"):
        ask_to_sell(name="Tổ 3", **told)
    with pytest.raises(CannotApply, match="club"):
        ask_to_sell(name="Hội quán", **(told | {"legal_form": "club"}))
    assert Cooperative.objects.count() == before and Invitation.objects.count() == 2


def test_no_web_address_leaves_as_a_name(applying: Cast) -> None:
    told = {"legal_form": "group", "commune": applying.tran_de, "phone": "0977111222"}
    before = state()
    for names in ({"name": "Nhận quà bit.ly/x", "person": "Sáu"}, {"name": "Tổ 1", "person": "www.qua.example"}):
        with pytest.raises(CannotApply, match="link_in_name"):
            ask_to_sell(**names, **told)
    with pytest.raises(CannotApply, match="link_in_name"):
        write_facts(cooperative=applying.huong_que, legal_form="group", actor=applying.lan_acts, club="qua.vn")
    assert state() == before


@pytest.mark.parametrize("legal_form", FORMS)
def test_each_legal_form_needs_its_papers(applying: Cast, legal_form: str) -> None:
    with pytest.raises(CannotApply) as early:
        send_application(cooperative=applying.huong_que, actor=applying.lan_acts)
    assert early.value.code == "incomplete" and early.value.facts["papers"]
    fill(applying, legal_form)
    assert send_application(cooperative=applying.huong_que, actor=applying.lan_acts).status == "sent"


def test_a_club_lists_through_another(applying: Cast) -> None:
    before = state()
    with pytest.raises(CannotApply, match="club"):
        write_facts(cooperative=applying.huong_que, legal_form="club", actor=applying.lan_acts)
    assert state() == before


def test_what_is_with_the_staff_is_not_changed(applying: Cast) -> None:
    application = sent(applying)
    paper = application.papers.first()
    before = state()
    told = {"cooperative": applying.huong_que, "actor": applying.lan_acts}
    for act in (
        lambda: write_facts(legal_form="group", **told),
        lambda: add_paper(kind="other", upload=pdf(), **told),
        lambda: take_back_paper(paper=paper, actor=applying.lan_acts),
        lambda: send_application(**told),
    ):
        with pytest.raises(CannotApply, match="not_now"):
            act()
    assert state() == before


@pytest.mark.parametrize("who", ["son", "other_seller"])
def test_only_who_runs_the_seller_applies(applying: Cast, who: str) -> None:
    actor = Actor.of(getattr(applying, who), applying.huong_que)
    before = state()
    with pytest.raises(CannotApply, match="not_allowed"):
        write_facts(cooperative=applying.huong_que, legal_form="group", actor=actor)
    with pytest.raises(CannotApply, match="not_allowed"):
        add_paper(cooperative=applying.huong_que, kind="other", upload=pdf(), actor=actor)
    assert state() == before


@pytest.mark.parametrize(
    ("content", "code"), [(b"<html><script>1</script>", "bad_paper"), (b"%PDF-" + b"0" * MOST_PDF_BYTES, "too_large")]
)
def test_a_bad_paper_is_not_kept(applying: Cast, content: bytes, code: str) -> None:
    before = state()
    with pytest.raises(CannotApply, match=code):
        add_paper(cooperative=applying.huong_que, kind="other", upload=pdf(content), actor=applying.lan_acts)
    assert state() == before


def test_a_picture_is_made_anew_and_kept_in_private(applying: Cast, settings: Settings) -> None:
    paper = add_paper(cooperative=applying.huong_que, kind="contract", upload=picture(), actor=applying.lan_acts)
    with paper.file.open("rb") as file:
        content = file.read()
    assert b"Secret Phone" not in content and paper.content_type == "image/jpeg"
    assert str(settings.MEDIA_ROOT) not in paper.file.path and "private" in paper.file.path


def test_papers_have_an_end(applying: Cast) -> None:
    for _ in range(MOST_PAPERS):
        add_paper(cooperative=applying.huong_que, kind="other", upload=pdf(), actor=applying.lan_acts)
    with pytest.raises(CannotApply, match="too_many"):
        add_paper(cooperative=applying.huong_que, kind="other", upload=pdf(), actor=applying.lan_acts)
    assert SellerPaper.objects.count() == MOST_PAPERS


def test_papers_taken_back_are_counted(applying: Cast) -> None:
    """Their files are kept, so adding and taking back again has an end too."""
    first = add_paper(cooperative=applying.huong_que, kind="other", upload=pdf(), actor=applying.lan_acts)
    SellerPaper.objects.bulk_create(
        SellerPaper(
            application=first.application,
            kind="other",
            content_type="application/pdf",
            size=1,
            uploaded_by=applying.lan,
            removed_at="2026-11-01T00:00Z",
        )
        for _ in range(MOST_PAPERS_EVER - 1)
    )
    before = state()
    with pytest.raises(CannotApply, match="too_many_ever"):
        add_paper(cooperative=applying.huong_que, kind="other", upload=pdf(), actor=applying.lan_acts)
    assert state() == before


@pytest.mark.parametrize("status", ["active", "suspended"])
def test_what_staff_admitted_the_seller_does_not_change_alone(cast: Cast, status: str) -> None:
    """Also one that staff founded, of which no application was ever written."""
    Cooperative.objects.filter(pk=cast.huong_que.pk).update(status=status, tax_code="2200000001")
    cast.huong_que.refresh_from_db()
    told = {"cooperative": cast.huong_que, "actor": cast.lan_acts}
    before = state()
    for act in (
        lambda: write_facts(legal_form="household", tax_code="9999999999", **told),
        lambda: add_paper(kind="other", upload=pdf(), **told),
        lambda: send_application(**told),
    ):
        with pytest.raises(CannotApply, match="not_now"):
            act()
    cast.huong_que.refresh_from_db()
    assert state() == before and cast.huong_que.tax_code == "2200000001"


@pytest.mark.parametrize("status", ["suspended", "ceased"])
def test_admitting_revives_nobody(applying: Cast, status: str) -> None:
    application = sent(applying)
    Cooperative.objects.filter(pk=applying.huong_que.pk).update(status=status, status_reason="Giấy giả.")
    before = state()
    with pytest.raises(CannotDecide, match="moved"):
        admit(application=application, identity_seen="vneid", actor=applying.hoa_acts)
    assert state() == before


def test_who_sells_already_goes_on_and_no_old_reason_stays(applying: Cast) -> None:
    application = sent(applying)
    Cooperative.objects.filter(pk=applying.huong_que.pk).update(status_reason="Cũ.")
    admit(application=application, identity_seen="vneid", actor=applying.hoa_acts)
    applying.huong_que.refresh_from_db()
    assert applying.huong_que.is_active and applying.huong_que.status_reason == ""


@pytest.mark.parametrize("status", ["applied", "active", "suspended"])
def test_a_waiting_application_hides_no_button_that_stops_the_seller(applying: Cast, status: str) -> None:
    sent(applying)
    Cooperative.objects.filter(pk=applying.huong_que.pk).update(status=status)
    page = sign_in(Client(), applying.hoa).get(f"/quan-tri/nguoi-ban/{applying.huong_que.code}/").content.decode()
    stop = {"applied": "cease", "active": "suspend", "suspended": "lift"}[status]
    assert 'value="refuse"' in page and f'value="{stop}"' in page


@pytest.mark.django_db(transaction=True)
def test_nothing_is_changed_while_it_is_being_sent(applying: Cast) -> None:
    """The change began while the sending was not kept yet: it waits, looks again, and is refused."""
    fill(applying)
    said: list[str] = []

    def change() -> None:
        try:
            write_facts(cooperative=applying.huong_que, legal_form="cooperative", actor=applying.lan_acts, club="Khác")
            said.append("written")
        except CannotApply as refused:
            said.append(refused.code)
        finally:
            connection.close()

    thread = threading.Thread(target=change)
    with transaction.atomic():
        send_application(cooperative=applying.huong_que, actor=applying.lan_acts)
        thread.start()
        thread.join(timeout=1)
    thread.join()
    assert said == ["not_now"] and SellerApplication.objects.get().club == ""


def test_who_sees_a_paper(applying: Cast) -> None:
    paper = add_paper(cooperative=applying.huong_que, kind="other", upload=pdf(), actor=applying.lan_acts)
    own = f"/ban-hang/ho-so/giay/{paper.code}/"
    desk = f"/quan-tri/nguoi-ban/{applying.huong_que.code}/giay/{paper.code}/"
    answers = {}
    for name in ("lan", "son", "other_seller", "hoa"):
        client = sign_in(Client(), getattr(applying, name))
        answers[name] = (client.get(own).status_code, client.get(desk).status_code)
    assert answers == {"lan": (200, 403), "son": (403, 403), "other_seller": (404, 403), "hoa": (403, 200)}
    assert Client().get(own).status_code == Client().get(desk).status_code == 302
    shown = sign_in(Client(), applying.lan).get(own)
    assert shown["Content-Disposition"].startswith("attachment") and shown["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in shown["Content-Security-Policy"] and "no-cache" in shown["Cache-Control"]
    assert AuditEntry.objects.get(action="application.paper_looked_at").actor == applying.hoa


def test_admitted_it_sells_and_is_told_once(applying: Cast) -> None:
    done = admit(application=sent(applying), identity_seen="in_person", actor=applying.hoa_acts)
    applying.huong_que.refresh_from_db()
    assert applying.huong_que.is_active and (done.decided_by, done.identity_seen) == (applying.hoa, "in_person")
    assert kinds() == ["application_approved"]
    with pytest.raises(CannotDecide, match="moved"):
        refuse(application=done, message="nhầm", actor=applying.hoa_acts)
    assert kinds() == ["application_approved"]


def test_asked_for_more_it_is_corrected_and_sent_again(applying: Cast) -> None:
    first = sent(applying)
    ask_for_more(application=first, message="Giấy mờ, chụp lại.", actor=applying.hoa_acts)
    write_facts(cooperative=applying.huong_que, legal_form="cooperative", actor=applying.lan_acts, id_last4="9999")
    second = send_application(cooperative=applying.huong_que, actor=applying.lan_acts)
    assert (second.round, second.status) == (2, "sent")
    refuse(application=second, message="Không đúng tên.", actor=applying.hoa_acts)
    assert send_application(cooperative=applying.huong_que, actor=applying.lan_acts).round == 3
    assert kinds() == ["application_returned", "application_refused"]
    assert "Giấy mờ" in OutboxMessage.objects.get(kind="application_returned").text


def test_an_answer_is_to_what_was_looked_at(applying: Cast) -> None:
    """Two of the staff, or one with an old page: the round decides."""
    old = sent(applying)
    ask_for_more(application=SellerApplication.objects.get(), message="Thiếu.", actor=applying.hoa_acts)
    send_application(cooperative=applying.huong_que, actor=applying.lan_acts)
    before = state()
    with pytest.raises(CannotDecide, match="moved"):
        admit(application=old, identity_seen="vneid", actor=applying.hoa_acts)
    assert state() == before


@pytest.mark.parametrize(
    ("act", "told", "who", "code"),
    [
        (admit, {"identity_seen": ""}, "hoa", "no_identity"),
        (refuse, {"message": "  "}, "hoa", "no_words"),
        (ask_for_more, {"message": ""}, "hoa", "no_words"),
        (admit, {"identity_seen": "vneid"}, "lan", "not_allowed"),
        (refuse, {"message": "x"}, "other_seller", "not_allowed"),
    ],
)
def test_a_refused_answer_changes_nothing(applying: Cast, act, told: dict[str, str], who: str, code: str) -> None:
    application = sent(applying)
    before = state()
    with pytest.raises(CannotDecide, match=code):
        act(application=application, actor=Actor.of(getattr(applying, who)), **told)
    assert state() == before


def test_nobody_admits_the_own_seller(applying: Cast) -> None:
    Membership.objects.create(user=applying.hoa, cooperative=applying.huong_que, role="viewer")
    application = sent(applying)
    before = state()
    with pytest.raises(CannotDecide, match="own"):
        admit(application=application, identity_seen="vneid", actor=applying.hoa_acts)
    assert state() == before


def test_the_whole_way_on_the_screens(client: Client, places: object, hoa: User) -> None:
    told = {"person": "Chu Thị Sáu", "phone": "0977 111 222", "name": "HKD Sáu", "legal_form": "household"}
    assert client.post("/ban-hang/dang-ky/", told | {"place": "Không Đâu"}).status_code == 400
    assert client.post("/ban-hang/dang-ky/", told | {"place": "Trần Đề, Cần Thơ"}).status_code == 302
    link = "/loi-moi/" + OutboxMessage.objects.get().text.rpartition("/loi-moi/")[2]
    assert client.post(link, {"name": "Chu Thị Sáu", "new": "730164", "again": "730164"}).status_code == 302
    assert "Tiếp theo" in client.get("/ban-hang/ho-so/").content.decode()
    client.post("/ban-hang/ho-so/thong-tin/", FACTS | {"legal_form": "household"})
    client.post("/ban-hang/ho-so/giay/", {"kind": "registration", "file": picture()})
    assert client.post("/ban-hang/ho-so/gui/").status_code == 302
    seller = Cooperative.objects.get(name="HKD Sáu")
    assert seller.application.status == "sent"
    staff, page = sign_in(Client(), hoa), f"/quan-tri/nguoi-ban/{seller.code}/"
    assert "HKD Sáu" in staff.get("/quan-tri/nguoi-ban/").content.decode()
    assert staff.post(page, {"act": "refuse", "message": "", "round": "1"}).status_code == 409
    assert staff.post(page, {"act": "more", "message": "Chụp rõ hơn.", "round": "1"}).status_code == 302
    assert "Chụp rõ hơn." in client.get("/ban-hang/ho-so/").content.decode()
    client.post("/ban-hang/ho-so/gui/")
    assert staff.post(page, {"act": "admit", "identity_seen": "vneid", "round": "2"}).status_code == 302
    seller.refresh_from_db()
    assert seller.is_active


def test_moderators_decide_and_editors_do_not(client: Client, cast: Cast) -> None:
    set_up_review()
    answers = {}
    for name in ("Moderators", "Editors"):
        one = User.objects.create_user(f"{name}@example.org", "mot-mat-khau-dai-9", name=name, is_staff=True)
        one.groups.add(Group.objects.get(name=name))
        client.force_login(one)
        answers[name] = client.get(f"/quan-tri/nguoi-ban/{cast.huong_que.code}/").status_code
    assert answers["Moderators"] == 200 and answers["Editors"] in (302, 403)


@pytest.mark.parametrize("name", ["tax_code", "id_last4"])
def test_a_persons_own_number_is_not_kept_on_the_phone(name: str) -> None:
    """Red before for the tax code: twelve digits are the identity number."""
    assert "data-private" in FactsForm.base_fields[name].widget.attrs
