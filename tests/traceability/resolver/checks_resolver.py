"""The cases R.. of conformance_cases.json: what GS1's own test suite asks of a resolver (1.2.0)."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from jsonschema import Draft7Validator

from tests.traceability.resolver.asking import LINKSET, Ask, location, relations
from tests.traceability.resolver.conftest import add_paper
from tests.vectors import load_vectors

SUITE = {"Origin": "https://ref.gs1.org/test-suites/resolver/", "Access_Control_Request_Method": "GET,HEAD,OPTIONS"}


def r01(ask: Ask) -> None:
    answer = ask("/.well-known/gs1resolver", "application/json")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("application/json")
    assert answer["Access-Control-Allow-Origin"] == "*"
    schema = load_vectors("resolver/resolver-description-schema.reconstructed.json")
    assert list(Draft7Validator(schema).iter_errors(answer.json())) == []
    assert {"01", "414", "417"} <= set(answer.json()["supportedPrimaryKeys"])
    assert urlsplit(answer.json()["resolverRoot"]).scheme in ("http", "https")


def r02(ask: Ask) -> None:
    answer = ask(ask.lot, method="options", **SUITE)
    assert 200 <= answer.status_code < 300
    assert answer["Access-Control-Allow-Origin"]
    assert {"GET", "HEAD", "OPTIONS"} <= {word.strip() for word in answer["Access-Control-Allow-Methods"].split(",")}


def r03(ask: Ask) -> None:
    link = ask(ask.lot, method="options", **SUITE)["Link"]
    assert re.search(r'<http[^<>,]+>; rel="linkset"', link)
    assert "gs1:" not in link


def r04(ask: Ask) -> None:
    for accept in ("*/*", LINKSET, "text/html"):
        read, head = ask(ask.lot, accept), ask(ask.lot, accept, method="head")
        assert head.status_code == read.status_code
        assert dict(head.headers) == dict(read.headers)
        assert head.content == b""


def r05(ask: Ask) -> None:
    default = relations(ask.linkset()[0])["defaultLink"][0]["href"]
    assert location(ask(ask.lot)) == default
    assert default.startswith("http")


def r06(ask: Ask) -> None:
    assert location(ask(ask.lot + "/")) == location(ask(ask.lot))


def r07(ask: Ask) -> None:
    assert "foo=bar" in urlsplit(location(ask(ask.lot + "?foo=bar"))).query.split("&")


def r08(ask: Ask) -> None:
    assert ask(ask.lot + "/foo").status_code == 400


def r09(ask: Ask) -> None:
    told = location(ask(f"/01/{ask.gtin}/10/KL8G"))
    default = relations(ask.linkset(f"/01/{ask.gtin}")[0])["defaultLink"][0]["href"]
    assert told == f"{default}?lo=KL8G"


def r10(ask: Ask) -> None:
    answer = ask(ask.lot + "?linkType=linkset")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith(LINKSET)


def r11(ask: Ask) -> None:
    assert ask(ask.lot + "?linkType=all").json() == ask(ask.lot, LINKSET).json()


def r12(ask: Ask) -> None:
    answer = ask(ask.lot + "?linkType=all", LINKSET)
    assert (answer.status_code, answer["Content-Type"].split(";")[0]) == (200, LINKSET)


def r13(ask: Ask) -> None:
    assert ask.linkset()


def r14(ask: Ask) -> None:
    anchors = [level["anchor"] for level in ask.linkset()]
    base = ask(ask.lot, method="options")["Link"].split("<")[1].split(ask.lot)[0]
    assert anchors == [f"{base}{ask.lot}", f"{base}/01/{ask.gtin}"]


def r15(ask: Ask) -> None:
    for level in ask.linkset():
        known = relations(level)
        (default,) = known["defaultLink"]
        assert set(default) == {"href", "title"}
        others = (link["href"] for name, links in known.items() if not name.startswith("default") for link in links)
        assert default["href"] in set(others)


def r16(ask: Ask) -> None:
    media_types = {"text/html", "application/json", "application/ld+json"}
    for level in ask.linkset():
        for name, links in relations(level).items():
            for link in links:
                assert link["href"]
                assert link["title"]
                assert isinstance(link.get("hreflang", []), list)
                assert name == "defaultLink" or link["type"] in media_types


def r17(ask: Ask) -> None:
    link = ask(ask.lot, LINKSET)["Link"]
    assert re.search(
        r'<https://[^<>,]+>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld\+json"', link
    )


def _in_language(ask: Ask, language: str) -> str:
    links = relations(ask.linkset()[0])["traceability"]
    return next(link["href"] for link in links if link["hreflang"] == [language])


def r19(ask: Ask) -> None:
    answer = ask(ask.lot + "?linkType=gs1:traceability", Accept_Language="vi")
    assert location(answer) == _in_language(ask, "vi")


def r20(ask: Ask) -> None:
    answer = ask(ask.lot + "?linkType=gs1:traceability", Accept_Language="en")
    assert location(answer) == _in_language(ask, "en")


def r24(ask: Ask) -> None:
    answer = ask(ask.lot + "?linkType=gs1%3Atraceability", Accept_Language="en")
    assert location(answer) == _in_language(ask, "en")


def r25(ask: Ask) -> None:
    assert ask(ask.lot + "?linkType=gs1:nosuchlt").status_code == 404


def r26(ask: Ask) -> None:
    add_paper(ask.batch, "VG-1")
    assert location(ask(ask.lot + "?linkType=gs1:certificationInfo"))
    add_paper(ask.batch, "VG-2")
    answer = ask(ask.lot + "?linkType=gs1:certificationInfo", Accept_Language="vi")
    assert answer.status_code == 300
    (level,) = answer.json()["linkset"]
    assert [link["title"] for link in relations(level)["certificationInfo"]] == ["VietGAP · VG-1", "VietGAP · VG-2"]


def r28(ask: Ask) -> None:
    told = location(ask(ask.lot + "?linkType=gs1:recallStatus", "application/json"))
    answer = ask.follow(told, "application/json")
    assert answer.status_code == 200
    assert answer.json()["status"] == "none"
    assert set(answer.json()) == {"status", "since", "reason", "notice", "affected"}


def r29(ask: Ask) -> None:
    known = load_vectors("linkset/gs1_link_types_v1.16.json")["linkTypes"]
    used = {name for level in ask.linkset() for name in relations(level)}
    assert {name for name in used if f"gs1:{name}" not in known} == set()
    assert {name for name in used if known[f"gs1:{name}"]["status"] == "deprecated"} == set()


CHECKS = {name.upper(): check for name, check in globals().items() if re.fullmatch(r"r\d\d", name)}
