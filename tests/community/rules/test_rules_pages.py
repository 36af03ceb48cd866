"""What buyers, sellers and staff see of the market's rules."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission

from community import clock
from community.audit.actors import Actor
from community.cooperatives.models import Cooperative
from community.onboarding import applying
from community.onboarding.applying import CannotApply, send_application
from community.rules.models import RulesAcceptance, RulesVersion
from community.rules.publishing import publish_rules
from marketplace.moderation.setting_up import set_up_review
from tests.cast import sign_in

pytestmark = pytest.mark.django_db


def publish(text, *, kind="terms", days=0, english=""):
    texts = {"vi": {"title": "Điều khoản", "text": text}, "en": {"title": english and "Terms", "text": english}}
    day = clock.today() + timedelta(days=days)
    return publish_rules(kind=kind, texts=texts, in_force_from=day, actor=Actor.system("test"))


def test_everybody_reads_what_holds_what_comes_and_what_held(client, site_ready):
    with clock.at(clock.now() - timedelta(days=60)):
        publish("Lời cũ <script>x</script>")
        publish("Lời nay", days=30, english="Words of today")
    publish("Lời mai", days=30)
    page = client.get("/quy-che/mua-hang/").content.decode()
    assert "Lời nay" in page
    assert "/quy-che/mua-hang/3/" in page
    assert "Lời mai" not in page
    old = client.get("/quy-che/mua-hang/1/").content.decode()
    assert "Lời cũ &lt;script&gt;" in old
    assert '<link rel="canonical" href="http://localhost:8000/quy-che/mua-hang/">' in old
    assert "Words of today" in client.get("/en/quy-che/mua-hang/").content.decode()
    assert 'lang="vi">' in client.get("/en/quy-che/mua-hang/3/").content.decode().split("<main")[1]
    assert client.get("/quy-che/mua-hang/9/").status_code == 404
    assert client.get("/quy-che/").content.decode().count("Điều khoản") == 1


def test_a_seller_reads_and_accepts_on_the_desk(client, cast, site_ready):
    version = publish("Bán thật", kind="operating")
    sign_in(client, cast.lan)
    assert "/ban-hang/quy-che/" in client.get("/ban-hang/").content.decode()
    assert "Bán thật" in client.get("/ban-hang/quy-che/").content.decode()
    client.post(f"/ban-hang/quy-che/{version.number}/")
    assert RulesAcceptance.objects.get().reference == cast.huong_que.code
    assert f"/ban-hang/quy-che/{version.number}/" not in client.get("/ban-hang/quy-che/").content.decode()


def test_an_application_is_not_sent_before_the_rules_are_accepted(cast, monkeypatch):
    Cooperative.objects.filter(pk=cast.huong_que.pk).update(status="applied")
    cast.huong_que.refresh_from_db()
    monkeypatch.setattr(applying, "missing_facts", lambda application: [])
    monkeypatch.setattr(applying, "missing_papers", lambda application: [])
    publish("Bán thật", kind="operating")
    with pytest.raises(CannotApply, match="rules"):
        send_application(cooperative=cast.huong_que, actor=cast.lan_acts)
    assert cast.huong_que.application.status == "draft"


def test_staff_looks_at_a_version_before_publishing_it(client, cast, site_ready):
    set_up_review()
    cast.hoa.groups.add(*cast.hoa.groups.model.objects.filter(name="Moderators"))
    sign_in(client, cast.hoa)
    told = {
        "in_force_from": clock.today().isoformat(), "changes": "Bản đầu", "title_vi": "Quy chế",
        "text_vi": "## Điều 1\nBán thật.", "title_en": "", "text_en": "", "after": "0",
    }  # fmt: skip
    looked = client.post("/quan-tri/quy-che/operating/moi/", told)
    assert "<h2>Điều 1</h2>" in looked.content.decode()
    assert not RulesVersion.objects.exists()
    assert client.post("/quan-tri/quy-che/operating/moi/", {**told, "act": "publish"}).status_code == 302
    version = RulesVersion.objects.get()
    assert version.published_by == cast.hoa
    twice = client.post("/quan-tri/quy-che/operating/moi/", {**told, "act": "publish"})
    assert twice.status_code == 400
    assert RulesVersion.objects.count() == 1
    assert cast.huong_que.name in client.get("/quan-tri/quy-che/operating/1/").content.decode()
    assert "Quy chế" in client.get("/quan-tri/quy-che/").content.decode()


def test_editors_without_the_right_do_not_reach_the_rules(client, cast, site_ready):
    type(cast.hoa).objects.filter(pk=cast.hoa.pk).update(is_superuser=False)
    cast.hoa.user_permissions.add(Permission.objects.get(codename="access_admin"))
    sign_in(client, type(cast.hoa).objects.get(pk=cast.hoa.pk))
    assert client.get("/quan-tri/").status_code == 200
    answers = [client.get(f"/quan-tri/{where}/").status_code for where in ("quy-che", "cau-hoi")]
    assert set(answers) <= {302, 403}
