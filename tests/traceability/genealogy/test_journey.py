"""The page and the JSON of a lot's journey: the same facts, what is private only as a number, at a constant cost."""

from __future__ import annotations

import gzip
import re
from fractions import Fraction
from itertools import permutations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tests.traceability.genealogy.conftest import Farm, Graph, work
from traceability.batches.models import Batch
from traceability.batches.publishing import publish_history
from traceability.events.transforming import merge_lots, pack_from, transform_lots
from traceability.events.working import Output, Taken
from traceability.genealogy.journey import journey_of, summary_of
from traceability.passport.journey_drawing import Words, draw
from traceability.passport.journey_listing import Branch, listed
from traceability.products.models import Pack

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site_ready")]


def page(client: Client, batch: Batch, language: str = "vi") -> str:
    answer = client.get(f"/t/{batch.public_code}/hanh-trinh?lang={language}")
    assert answer.status_code == 200
    return answer.content.decode()


def publish(batch: Batch) -> Batch:
    Batch.objects.filter(pk=batch.pk).update(status="published")
    batch.refresh_from_db()
    return batch


@pytest.fixture
def blend(farm: Farm, tin: Pack, cast: Cast) -> Batch:
    """36 % of F1, 24 % of F2, 40 % of F3; ten kilos left unsold on the way."""
    one, two = farm.pick(60_000, plot="Nương F1"), farm.pick(40_000, plot="Nương F2")
    merged = merge_lots(taken=[Taken(one, 60_000), Taken(two, 40_000)], work=work(1), actor=cast.lan_acts).batch
    dry, _unsold = farm.make([(merged, 100_000)], 12_000, 10_000, hours=2).batches
    three = farm.make([(farm.pick(40_000, plot="Nương F3"), 40_000)], 8_000, hours=2).batch
    mixed = farm.make([(dry, 12_000), (three, 8_000)], 20_000, hours=3).batch
    return publish(
        pack_from(taken=[Taken(mixed, 20_000)], packs=200, pack=tin, work=work(4), actor=cast.lan_acts).batch
    )


def test_the_page_says_where_it_comes_from_and_adds_up(client: Client, blend: Batch) -> None:
    text = page(client, blend)
    assert re.findall(r'<b class="part">([^<]+)</b>', text) == ["40\xa0%", "36\xa0%", "24\xa0%"]
    for fact in ("Nương F1", "Nương F2", "Nương F3", "búp chè tươi", "60\xa0kg", "HTX Hương Quê Trần Đề"):
        assert fact in text


def test_drawing_and_list_say_the_same(client: Client, blend: Batch) -> None:
    text = page(client, blend)
    drawing, listed = text.split("<figure")[1].split("</figure>")[0], text.split("</figure>")[1]
    lots = set(Batch.objects.exclude(pk=blend.pk).exclude(on_hand_base=10_000).values_list("lot_code", flat=True))
    assert len(lots) == 7
    assert all(lot in drawing and lot in listed for lot in lots)
    assert 'role="group"' in text and "<title" in drawing and "<desc" in drawing
    assert drawing.count("<path") == 7


def test_english_is_complete(client: Client, blend: Batch) -> None:
    text = page(client, blend, "en")
    assert "Where it comes from" in text and "Made of" in text
    assert "60\xa0kg" in text and "Lots merged" in text


def test_what_is_not_public_is_only_a_number(client: Client, blend: Batch, cast: Cast) -> None:
    """A foreign draft among the inputs, and a draft made of it: counted, without name, code or amount."""
    foreign = Batch.objects.get(plot__name="Nương F3")
    Batch.objects.filter(pk=foreign.pk).update(cooperative=cast.other_cooperative, lot_code="SECRET-1")
    text = page(client, blend)
    assert "SECRET-1" not in text and "Nương F3" not in text
    assert "40\xa0%" in text  # its share is said, not whose it is
    assert journey_of(blend.pk, limit=100).back.hidden == 1
    root = Batch.objects.get(plot__name="Nương F1")
    publish(root)
    ahead = journey_of(root.pk, limit=100).forward
    assert {stop.id for stop in ahead.stops} == set()  # what leads to the pack is still a draft
    assert ahead.hidden == 5


def test_whoever_publishes_a_batch_publishes_what_it_was_made_of(client: Client, blend: Batch, cast: Cast) -> None:
    """Its raw and half-made lots get their page, what was never used stays a draft, a foreign one too."""
    foreign = Batch.objects.get(plot__name="Nương F3")
    Batch.objects.filter(pk=foreign.pk).update(cooperative=cast.other_cooperative)
    assert publish_history(batch=blend, actor=cast.lan_acts) == 6
    assert publish_history(batch=blend, actor=cast.lan_acts) == 0
    drafts = Batch.objects.filter(status="draft")
    assert set(drafts.values_list("pk", flat=True)) == {foreign.pk, Batch.objects.get(on_hand_base=10_000).pk}
    raw = Batch.objects.get(plot__name="Nương F1")
    told = client.get(f"/t/{raw.public_code}", headers={"accept": "text/html"}, follow=True)
    assert told.status_code == 200 and raw.lot_code in told.content.decode()
    assert f"/t/{raw.public_code}" in page(client, blend)


def test_a_late_input_of_a_public_batch_becomes_public_with_it(farm: Farm, blend: Batch, cast: Cast) -> None:
    late = farm.pick(500)
    taken, outputs = [Taken(late, 500)], [Output(400, batch=blend)]
    transform_lots(taken=taken, outputs=outputs, work=work(5), actor=cast.lan_acts)
    late.refresh_from_db()
    assert late.status == "published"


def test_a_draft_has_no_journey_page(client: Client, farm: Farm) -> None:
    lot = farm.pick(1_000)
    assert client.get(f"/t/{lot.public_code}/hanh-trinh").status_code == 404
    assert client.get(f"/api/lots/{lot.public_code}/genealogy").status_code == 404


def test_a_lot_without_a_story_says_so(client: Client, farm: Farm) -> None:
    assert "<svg viewBox" not in page(client, publish(farm.pick(1_000)))


def test_the_cost_of_a_page_does_not_grow_with_the_story(client: Client, graph: Graph, cast: Cast) -> None:
    for place in range(40):
        graph.link(f"L{place} M{place}", f"L{place + 1}")
    Batch.objects.update(status="published")
    page(client, graph["L1"])  # what the frame of the site keeps is there afterwards
    counts = []
    for name in ("L1", "L40"):
        with CaptureQueriesContext(connection) as asked:
            page(client, graph[name])
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 6


def test_a_long_story_stays_small_and_says_that_it_goes_on(client: Client, graph: Graph) -> None:
    for place in range(150):
        graph.link(f"L{place} M{place}", f"L{place + 1}")
    Batch.objects.update(status="published")
    text = page(client, graph["L150"])
    assert "dài hơn" in text
    assert len(gzip.compress(text.encode())) < 20_000
    assert text.count("<ul") == text.count("</ul>") and len(re.findall("<li[ >]", text)) == text.count("</li>")


def test_nobody_elses_cache_keeps_a_page_with_a_basket_on_it(client: Client, blend: Batch) -> None:
    answer = client.get(f"/t/{blend.public_code}/hanh-trinh")
    assert answer["Cache-Control"] == "no-cache"
    assert {"Accept-Language", "Cookie"} <= {each.strip() for each in answer["Vary"].split(",")}


def test_the_header_leads_to_the_same_page_in_the_other_languages(client: Client, blend: Batch) -> None:
    path = f"/t/{blend.public_code}/hanh-trinh"
    for language, other in permutations(("vi", "en", "km"), 2):
        link = re.search(rf'<a class="tool lingo" href="([^"]+)" hreflang="{other}"', page(client, blend, language))
        assert link and link[1] == f"{path}?lang={other}"
        assert f'<html lang="{other}">' in client.get(link[1]).content.decode()


def test_a_name_in_drawing_and_list_is_only_text(client: Client, blend: Batch) -> None:
    Batch.objects.filter(plot__name="Nương F1").update(material='<b>chè</b> & "lá"')
    drawing, listed = page(client, blend).split("<figure")[1].split("</figure>")
    assert "&lt;b&gt;chè&lt;/b&gt;" in drawing and "&quot;lá&quot;" in drawing and "<b>" not in drawing
    assert "<b>&lt;b&gt;chè&lt;/b&gt; &amp; &quot;lá&quot;</b>" in listed and "<b><b>" not in listed


def test_a_bold_name_stays_within_its_box(blend: Batch) -> None:
    """A bold letter is nearly eight units wide: as many as fit stand on a line, the rest on a second one."""
    journey = journey_of(blend.pk, limit=20)
    named = Words("Chè Shan tuyết Pà Cò, hộp 200 g", (), "")
    stops = (journey.root, *journey.back.stops, *journey.forward.stops)
    picture = draw(journey, {stop.id: named for stop in stops})
    names = [(box.width, line.text) for box in picture.boxes for line in box.lines]
    assert len(names) > len(picture.boxes) and all(len(text) * 7.8 <= width - 8 for width, text in names)


def test_each_branch_hangs_under_the_lot_that_it_went_into() -> None:
    deep = [Branch("a", "A", "/a", "1 kg", "", 1, False), Branch("b", "B", "", "", "how", 2, True)]
    assert listed([*deep, Branch("c", "C", "", "", "", 1, False)]) == (
        '<ul class="ways"><li><b>a</b> · <a class="mono" href="/a">A</a><br><span class="small">1 kg</span>'
        '<ul><li><b>b</b> · <span class="mono">B</span><br><span class="small"><br>how</span>'
        '<br><span class="small soft">Nguồn gốc của lô này đã ghi ở trên.</span></li></ul></li>'
        '<li><b>c</b> · <span class="mono">C</span><br><span class="small"></span></li></ul>'
    )
    assert listed([]) == ""


def test_json_has_exact_shares_and_links(client: Client, blend: Batch) -> None:
    told = client.get(f"/api/lots/{blend.public_code}/genealogy").json()
    origins = {lot["plot"]: Fraction(lot["share"]) for lot in told["lots"] if lot.get("origin")}
    assert origins == {"Nương F1": Fraction(36, 100), "Nương F2": Fraction(24, 100), "Nương F3": Fraction(40, 100)}
    assert (told["direction"], told["truncated"], told["notPublic"], len(told["links"])) == ("back", False, 0, 7)
    first = next(lot for lot in told["lots"] if lot.get("plot") == "Nương F1")
    assert first["made"] == {"value": 60, "unit": "KGM"}
    assert "id" not in first  # no public page of its own


def test_json_one_step_back_and_forward(client: Client, graph: Graph) -> None:
    graph.link("A", "B")
    graph.link("B", "C")
    graph.link("C", "D")
    Batch.objects.update(status="published")
    for direction, expected in (("back", "B"), ("forward", "D")):
        told = client.get(f"/api/lots/{graph['C'].public_code}/genealogy?direction={direction}&depth=1").json()
        assert [lot["lot"] for lot in told["lots"][1:]] == [graph[expected].lot_code]
        assert told["truncated"] is (direction == "back")


@pytest.mark.parametrize(
    ("query", "parameter"),
    [("direction=up", "direction"), ("depth=0", "depth"), ("depth=-1", "depth"), ("depth=x", "depth"),
     ("depth=99999999999999", "depth"), ("depth=²", "depth")],
)  # fmt: skip
def test_json_names_what_was_wrong(client: Client, blend: Batch, query: str, parameter: str) -> None:
    answer = client.get(f"/api/lots/{blend.public_code}/genealogy?{query}")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["parameter"] == parameter


@pytest.mark.parametrize("code", ["ABCDEFGH23", "x", "%00", "a" * 300])
def test_an_unknown_code_is_404(client: Client, code: str) -> None:
    assert client.get(f"/t/{code}/hanh-trinh").status_code == 404
    assert client.get(f"/api/lots/{code}/genealogy").status_code == 404


def test_the_sentence_for_the_passport(blend: Batch, graph: Graph) -> None:
    told = summary_of(blend)
    assert (told.lots, told.plots, told.cooperatives) == (3, 3, 1)
    assert told.sentence == "Từ 3 lô nguyên liệu, của 3 vườn/ruộng"
    assert summary_of(graph["A"]).sentence == ""
