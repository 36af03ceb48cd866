"""What was typed when the mandate ended is given back: in its form, or in words with the labels of that form."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from community.mandates.models import KeptForm, Mandate
from marketplace.selling.kept_words import SHOWN_AT
from tests.cast import Cast, sign_in
from tests.community.mandates.stage import Helped, give, make_team
from tests.making import make_product, open_shop
from tests.permissions.assisted import scopes_of
from tests.permissions.table import ADDRESSES, MEMBER_DOORS

MEMBERS_ONLY = "no mandate opens it"
ONE_NUMBER = "one number beside others: the kept page says it with its label"
SHORT_WORDS = "several such forms stand on one screen: the kept page says the words, that screen has the form"
A_PHOTO = "a photo or a file, which is not kept"
NOT_KEPT = {
    "fieldwork/capacity.html": ONE_NUMBER,
    "fieldwork/closings.html": ONE_NUMBER,
    "fieldwork/labels.html": "how many labels to print: nothing is changed by it",
    "fieldwork/check.html": SHORT_WORDS,
    "selling/questions.html": SHORT_WORDS,
    "selling/sheets.html": A_PHOTO,
    "selling/paper_rescan.html": A_PHOTO,
    "selling/application_paper.html": A_PHOTO,
    "selling/claim.html": MEMBERS_ONLY,
    "selling/apply.html": "no desk yet: nobody acts for an applicant",
    "selling/received.html": MEMBERS_ONLY,
    "selling/refund.html": MEMBERS_ONLY,
    "selling/refund_ask.html": MEMBERS_ONLY,
    "selling/account.html": MEMBERS_ONLY,
    "selling/account_sure.html": MEMBERS_ONLY,
    "selling/invoice.html": MEMBERS_ONLY,
    "selling/member_pin.html": MEMBERS_ONLY,
    "selling/member_invite.html": MEMBERS_ONLY,
}
FORM = re.compile(r"<form\b(?P<tag>[^>]*method=\"post\".*?)>\s*\{% csrf_token %\}(?P<body>.*?)</form>", re.S)
TYPED = re.compile(r"<textarea|components/field\.html|_field\.html|<input type=\"(?:text|number|date)\"")


def unkept_forms() -> set[str]:
    """Templates of the desk with a form that somebody types in and that is not filled in again."""
    found = set()
    folder = Path(settings.BASE_DIR) / "templates"
    for path in sorted(folder.glob("selling/*.html")) + sorted(folder.glob("fieldwork/*.html")):
        for form in FORM.finditer(path.read_text()):
            if TYPED.search(form["body"]) and "data-keep" not in form["tag"]:
                found.add(str(path.relative_to(folder)))
    return found


def test_each_form_of_the_desk_is_filled_in_again_or_says_why_not() -> None:
    found = unkept_forms()
    assert found - set(NOT_KEPT) == set()
    typed_one_number = {"fieldwork/capacity.html"}  # its field is drawn by hand
    assert set(NOT_KEPT) - found - typed_one_number == set()


def test_the_list_calls_nothing_members_only_that_a_mandate_opens() -> None:
    named = {f"selling:{Path(one).stem}" for one, why in NOT_KEPT.items() if why == MEMBERS_ONLY}
    assert [one.name for one in ADDRESSES if one.name in named and scopes_of(one)] == []


def test_each_address_that_is_only_posted_to_and_typed_for_leads_to_its_screen() -> None:
    counted = {"selling:scan", "fieldwork:close_plot"}  # one code, one press: nothing to give back
    typed = {
        one.name for one in ADDRESSES if one.door in MEMBER_DOORS and one.get == "405" and one.sends and scopes_of(one)
    }
    assert typed - counted == set(SHOWN_AT)


@pytest.fixture
def mandate(db, site_ready: None, cast: Cast) -> Mandate:
    helped: Helped = make_team(cast.huong_que)
    return give(helped)


def kept_page(mandate: Mandate, cast: Cast, path: str, *fields: tuple[str, str]) -> str:
    kept = KeptForm.objects.create(mandate=mandate, path=path, fields=[list(one) for one in fields])
    return sign_in(Client(), cast.lan).get(reverse("selling:kept_form", args=[kept.code])).content.decode()


def test_a_kept_price_is_read_with_its_label_and_its_form_is_filled_in(mandate: Mandate, cast: Cast) -> None:
    goods = make_product(open_shop(cast.huong_que))
    path = reverse("selling:price", args=[goods.pack.code])
    page = kept_page(mandate, cast, path, ("price", "88.000"), ("sure", "1"))
    label = re.search(r'<span class="soft">([^<]+)</span><br>88\.000', page)
    assert label and label[1] != "price"
    assert f'href="{path}" data-kept=' in page
    form = sign_in(Client(), cast.lan).get(path).content.decode()
    assert "data-keep" in form and 'name="price"' in form


@pytest.mark.parametrize(
    ("name", "args", "screen", "shared"),
    [
        ("selling:question_answer", ["ABCD2345"], "selling:questions", 0),
        ("fieldwork:explain", ["X7K2", 5], "fieldwork:balance", 1),
    ],
)
def test_a_kept_answer_leads_to_the_screen_that_asks(
    mandate: Mandate, cast: Cast, name: str, args: list, screen: str, shared: int
) -> None:
    field = {"selling:question_answer": "answer", "fieldwork:explain": "note"}[name]
    page = kept_page(mandate, cast, reverse(name, args=args), (field, "Cân lại rồi, đúng 20 kg"))
    assert f'href="{reverse(screen, args=args[:shared])}"' in page
    assert reverse(name, args=args) not in page and "data-kept=" not in page
    assert re.search(r'<span class="soft">[^<]+</span><br>Cân lại rồi', page)
