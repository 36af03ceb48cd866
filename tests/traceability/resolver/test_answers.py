"""The resolver seen from outside: every link leads somewhere, nothing asked breaks it, people keep their page."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import Cast
from tests.traceability.resolver.asking import LINKSET, VOC, Ask, location, relations
from tests.traceability.resolver.conftest import MAKER_GLN, PLOT_GLN, add_paper
from traceability.batches.models import Batch
from traceability.batches.numbering import assign_gtin
from traceability.passport.storing import store_pages
from traceability.plots.models import Plot
from traceability.products.models import Product

PEOPLE = "text/html,application/xhtml+xml,*/*;q=0.8"


@pytest.fixture
def ask(batch: Batch, plot: Plot) -> Ask:
    Product.objects.update(storage="Nơi khô ráo", warnings="Không dùng khi mốc")
    return Ask(batch)


def paths(ask: Ask) -> dict[str, str]:
    return {
        "goods": f"/01/{ask.gtin}",
        "lot": ask.lot,
        "serial": f"{ask.lot}/21/7K3F2Q9XAB",
        "code": f"/t/{ask.batch.public_code}",
        "place": f"/414/{PLOT_GLN}",
        "maker": f"/417/{MAKER_GLN}",
    }


@pytest.mark.parametrize("level", ["goods", "lot", "serial", "code", "place", "maker"])
def test_the_linkset_of_every_level_is_valid_and_begins_with_what_was_asked(ask: Ask, level: str) -> None:
    path = paths(ask)[level]
    levels = ask.linkset(path)
    anchors = [urlsplit(one["anchor"]).path for one in levels]
    expected = {"serial": [path, ask.lot, f"/01/{ask.gtin}"], "lot": [path, f"/01/{ask.gtin}"]}
    assert anchors == expected.get(level, [path])
    for one in levels:
        assert len(relations(one)["defaultLink"]) == 1
        assert one["itemDescription"]


@pytest.mark.parametrize("level", ["goods", "lot", "serial", "code", "place", "maker"])
def test_no_link_leads_nowhere_and_each_is_of_the_type_it_says(
    ask: Ask, level: str, shop: None, site_ready: None
) -> None:
    add_paper(ask.batch, "VG-1")
    for one in ask.linkset(paths(ask)[level]):
        for name, links in relations(one).items():
            for link in links:
                if name == "hasRetailers":
                    continue  # the shop of this test is a stand-in; the real one has its own test below
                media_type = link.get("type", "text/html")
                answer = ask.follow(link["href"], media_type)
                assert answer.status_code == 200, link
                assert answer["Content-Type"].startswith(media_type), link
                if "hreflang" in link:
                    assert answer["Content-Language"] == link["hreflang"][0], link
                if part := urlsplit(link["href"]).fragment:
                    assert f'id="{part}"' in answer.content.decode(), link


def test_goods_have_the_links_that_we_can_serve(ask: Ask, shop: None) -> None:
    add_paper(ask.batch, "VG-1")
    lot, goods = ask.linkset()
    assert {"traceability", "recallStatus", "certificationInfo", "hasRetailers"} <= set(relations(lot))
    assert {"pip", "masterData", "safetyInfo", "consumerHandlingStorageInfo", "certificationInfo"} <= set(
        relations(goods)
    )


def test_goods_that_are_not_sold_have_no_shop(ask: Ask) -> None:
    assert all("hasRetailers" not in relations(one) for one in ask.linkset())


@pytest.mark.parametrize("method", ["get", "head", "options", "post", "put", "delete"])
def test_every_answer_of_every_method_is_open_and_names_its_linkset(ask: Ask, method: str) -> None:
    add_paper(ask.batch, "VG-1")
    add_paper(ask.batch, "VG-2")
    answers = {
        ask.lot: 307,
        f"{ask.lot}?linkType=gs1:certificationInfo": 300,
        f"{ask.lot}/foo,bar": 400,
        "/01/09521000000025": 404,
        f"{ask.lot}?linkType=gs1:nosuch": 404,
        f"{ask.lot}?linkType=linkset": 200,
        f"/t/{ask.batch.public_code}": 307,
        "/t/nothing": 404,
        f"/414/{PLOT_GLN}": 307,
    }
    for path, status in answers.items():
        for accept in ("*/*", PEOPLE):
            answer = ask(path, accept, method=method)
            expected = {"options": 204, "get": status, "head": status}.get(method, 405)
            if accept == "*/*" or expected in (204, 405, 400, 404, 300):
                assert answer.status_code == expected, path
            assert answer["Access-Control-Allow-Origin"] == "*"
            links = answer["Link"].split(", ")
            assert all(link.startswith("<http") and "," not in link for link in links)
            assert any('rel="linkset"' in link for link in links)
            assert {"Accept", "Accept-Language"} <= {word.strip() for word in answer["Vary"].split(",")}
            assert not answer.cookies


def test_people_get_the_page_and_machines_the_link_from_one_address(ask: Ask) -> None:
    for path in paths(ask).values():
        page = ask(path, PEOPLE)
        assert page.status_code == 200
        assert page["Content-Type"].startswith("text/html")
        assert ask.follow(location(ask(path)), "text/html").status_code == 200


def test_a_stored_page_still_costs_people_one_query_with_all_headers(ask: Ask) -> None:
    store_pages(ask.batch)
    with CaptureQueriesContext(connection) as queries:
        answer = ask(ask.lot, PEOPLE)
    assert len(queries) == 1
    assert 'rel="linkset"' in answer["Link"]
    again = ask(ask.lot, PEOPLE, If_None_Match=answer["ETag"])
    assert again.status_code == 304
    assert again["Vary"] == answer["Vary"]
    assert again["Link"] == answer["Link"]


def test_machines_are_answered_within_a_few_queries(ask: Ask, shop: None) -> None:
    cache.clear()
    for count in (1, 6):
        for number in range(count):
            add_paper(ask.batch, f"VG-{count}-{number}")
        with CaptureQueriesContext(connection) as queries:
            ask(ask.lot)
        assert len(queries) <= 6


@pytest.mark.parametrize(
    ("query", "passed"),
    [
        ("foo=bar", "foo=bar"),
        ("a=1&b=2&a=3", "a=1&b=2&a=3"),
        ("17=270228&utm_source=zalo", "17=270228&utm_source=zalo"),
        ("linkType=gs1:traceability&x=%2F%C3%AA", "x=%2F%C3%AA"),
        ("x=1,2", "x=1,2"),
        ("flag", "flag"),
    ],
)
def test_the_query_goes_on_as_it_came(ask: Ask, query: str, passed: str) -> None:
    default = relations(ask.linkset()[0])["defaultLink"][0]["href"]
    assert location(ask(f"{ask.lot}?{query}")) == f"{default}?{passed}"


def test_a_query_is_put_before_the_section_and_after_an_own_query(ask: Ask) -> None:
    to_section = location(ask(f"/01/{ask.gtin}?linkType=gs1:safetyInfo&x=1"))
    assert to_section.endswith("/?x=1#canh-bao")
    assert location(ask(f"/01/{ask.gtin}/10/KL8G?x=1")).endswith("/?lo=KL8G&x=1")


def test_an_old_gtin_is_a_lot_of_its_own_name(ask: Ask, cast: Cast) -> None:
    old = ask.gtin
    assign_gtin(pack=ask.batch.pack, gtin="08936000000011", actor=cast.lan_acts)
    (lot, _goods) = ask.linkset(f"/01/{old}/10/{ask.batch.lot_code}")
    assert lot["anchor"].endswith(f"/01/{old}/10/{ask.batch.lot_code}")
    assert location(ask(f"/01/{old}/10/{ask.batch.lot_code}")) == relations(lot)["defaultLink"][0]["href"]


def test_a_serial_is_shown_on_the_page_of_its_lot_and_promises_nothing(ask: Ask) -> None:
    page = ask(f"{ask.lot}/21/7K3F2%3CQ9", PEOPLE).content.decode()
    assert "Gói số" in page
    assert "7K3F2&lt;Q9" in page
    assert ask.batch.lot_code in page
    plain = ask(ask.lot, PEOPLE)
    assert "7K3F2" not in plain.content.decode()
    assert ask(f"{ask.lot}/21/A1", PEOPLE)["ETag"] != ask(f"{ask.lot}/21/A2", PEOPLE)["ETag"] != plain["ETag"]
    linked = ask.follow(location(ask(f"{ask.lot}/21/7K3F2%3CQ9")), "text/html").content.decode()
    assert "7K3F2&lt;Q9" in linked


def test_a_plot_is_told_by_commune_and_never_closer(ask: Ask, plot: Plot) -> None:
    Plot.objects.update(area_m2=54_321)
    Batch.objects.update(plot=plot)
    page = ask(f"/414/{PLOT_GLN}", PEOPLE).content.decode()
    assert plot.commune.name_with_type in page
    assert ask.batch.lot_code in page
    assert "54321" not in page.replace(".", "")
    assert ask(f"/414/{PLOT_GLN}/254/A1", PEOPLE).status_code == 200
    assert ask(f"/l/{plot.code}", PEOPLE).status_code == 200


def test_a_cooperative_that_was_not_let_in_has_no_page(ask: Ask) -> None:
    maker = ask.batch.cooperative
    maker.status = "applied"
    maker.save()
    paper = add_paper(ask.batch, "VG-1")
    told = (f"/417/{MAKER_GLN}", f"/414/{PLOT_GLN}", f"/ma/nguoi-lam/{maker.code}/", f"/ma/giay/{paper.pk}/")
    goods = (f"/01/{ask.gtin}", f"/api/master/01/{ask.gtin}", f"/ma/hang/{ask.batch.pack.code}/")
    for path in (*told, *goods):
        assert ask(path, PEOPLE).status_code == 404, path
    assert ask(f"/01/{ask.gtin}", LINKSET).status_code == 404
    for asked in (ask.gtin, f"/01/{ask.gtin}"):
        assert maker.name not in Client().get("/ma/", {"code": asked}, follow=True).content.decode()


@pytest.mark.parametrize(("status", "told"), [("published", "none"), ("on_hold", "on_hold"), ("recalled", "recalled")])
def test_the_recall_status_says_what_holds_now(ask: Ask, status: str, told: str) -> None:
    Batch.objects.update(status=status)
    for path in (ask.lot, f"/t/{ask.batch.public_code}"):
        answer = ask(f"/api/recall{path}", "application/json")
        assert answer.json()["status"] == told
        assert answer["Cache-Control"] == "no-cache"
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert bool(answer.json()["affected"]) == (told != "none")
    Batch.objects.update(status="draft")
    assert ask(f"/api/recall{ask.lot}").status_code == 404
    assert ask(f"/api/recall/01/{ask.gtin}").status_code == 400


def test_an_unchecked_paper_has_no_page(ask: Ask) -> None:
    paper = add_paper(ask.batch, "VG-1")
    assert ask(f"/ma/giay/{paper.pk}/", PEOPLE).status_code == 200
    type(paper).objects.update(checked_at=None)
    assert ask(f"/ma/giay/{paper.pk}/", PEOPLE).status_code == 404


def test_a_registered_lot_is_never_said_to_be_unknown(ask: Ask) -> None:
    code = ask.batch.pack.code
    assert "chưa được đăng ký" in ask(f"/ma/hang/{code}/?lo=KL8G", PEOPLE).content.decode()
    assert "chưa được đăng ký" not in ask(f"/ma/hang/{code}/?lo={ask.batch.lot_code}", PEOPLE).content.decode()
    assert "<b>x" not in ask(f"/ma/hang/{code}/?lo=<b>x", PEOPLE).content.decode()


WORDS = st.text(st.characters(blacklist_categories=["Cs"]), max_size=40) | st.sampled_from(
    [
        "gs1:traceability",
        "linkset",
        "all",
        f"{VOC}epcis",
        "gs1:defaultLink",
        "%00",
        "a\r\nb: c",
        "*/*",
        LINKSET,
        "en;q=2",
    ]
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(accept=WORDS, language=WORDS, link_type=WORDS, tail=WORDS)
def test_nothing_that_can_be_asked_breaks_the_answer(
    ask: Ask, accept: str, language: str, link_type: str, tail: str
) -> None:
    client = Client(raise_request_exception=False)
    headers = {"Accept": accept, "Accept-Language": language}
    for path in (ask.lot, f"/01/{ask.gtin}/10/{tail}", f"/t/{tail}", f"/414/{PLOT_GLN}", f"/api/recall/01/{tail}"):
        answer = client.get(path, {"linkType": link_type, "x": tail}, headers=headers)
        assert answer.status_code in (200, 300, 301, 307, 400, 404), (path, answer.status_code)
        assert "\n" not in answer.headers.get("Location", "")
