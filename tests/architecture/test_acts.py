"""Whatever is written into the audit log can be read in words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest
from django.utils.translation import override

from community.audit.sentences import HOLE, _told
from marketplace.claims.states import ClaimStatus
from marketplace.invoices.models import InvoiceStatus
from marketplace.orders.changes.models import Shortage
from marketplace.orders.states import ParcelStatus
from marketplace.payments.refunds.questions import TAKEN_OVER
from marketplace.payments.states import DisputeStatus, OwnMoveStatus, ProposalStatus
from marketplace.payouts.states import PayoutStatus
from marketplace.privacy.models import DataRequest
from tests.architecture.sources import python_files, shown, tree_of

ACT = re.compile(r"[a-z_]+\.[a-z_]+")
NOT_ACTS = re.compile(r"\w+\.(add|change|view)_\w+|photo\.jpg|lessons\.toml")
"""Rights of the staff and names of files, in modules that record."""

# What an f-string may become that takes its last word from a table of states. Never recorded: where a thing begins.
STATES = {
    "parcel": set(ParcelStatus.values),
    "claim": set(ClaimStatus.values) - {"open"},
    "invoice": set(InvoiceStatus.values) - {"asked"},
    "shortage": set(Shortage.Status.values) - {"open"},
    "payout": set(PayoutStatus.values) - {"draft"},
    "dispute": set(DisputeStatus.values),
    "own_move": set(OwnMoveStatus.values),
    "proposal": set(ProposalStatus.values) - {"waiting"} | {"made"},
    "data_request": set(DataRequest.Status.values) - {"open"},
    "person_request": set(DataRequest.Status.values) - {"open"},
    "refund": {"requested", "approved", "called_off", "account_named", "lowered", "done", TAKEN_OVER},
    "receiving_account": {"proposed", "approved", "refused", "cancelled", "in_force"},
    "payment_exception": {"dismissed", "resolved", "goods_again"},
    "suspense": {"decided", "undone"},
    "review": {"changed", "written"},
}
RULES = {"commissionrule.added", "taxrule.added"}


def recording() -> Iterator[tuple[str, ast.AST]]:
    """Modules of the product that write into the log."""
    for file in python_files():
        tree = tree_of(file)
        asks = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
        if any(node.module == "community.audit.recording" for node in asks) and not shown(file).startswith("tests/"):
            yield shown(file), tree


def test_every_act_that_is_recorded_has_a_sentence() -> None:
    missing = set()
    for name, tree in recording():
        for node in ast.walk(tree):
            word = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
            if ACT.fullmatch(word) and not NOT_ACTS.fullmatch(word) and word not in _told:
                missing.add(f"{name}: {word}")
    made = {f"{thing}.{state}" for thing, states in STATES.items() for state in states} | RULES
    assert not missing | (made - set(_told)), sorted(missing | (made - set(_told)))


def test_acts_made_of_two_words_take_them_from_a_table() -> None:
    """A new f-string needs a row in STATES."""
    unknown = set()
    for name, tree in recording():
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            for word in (each.value for each in call.keywords if each.arg == "action"):
                first = word.values[0] if isinstance(word, ast.JoinedStr) else None
                if isinstance(first, ast.Constant) and str(first.value).rstrip(".") not in STATES:
                    unknown.add(f"{name}: {ast.unparse(word)}")
    assert not unknown, sorted(unknown)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_sentences_are_short_and_end_without_a_dot(language: str) -> None:
    with override(language):
        texts = {str(text) for one in _told.values() for text in one.texts}
    assert not {text for text in texts if text.endswith(".") or len(text) > 110 or text != text.strip()}


def test_vietnamese_sentences_leave_the_first_word_to_the_frame() -> None:
    """The frame says "đã": said twice it reads as a mistake."""
    with override("vi"):
        assert not {str(text) for one in _told.values() for text in one.texts if str(text).startswith("đã ")}


def test_holes_are_words() -> None:
    assert all(HOLE.sub("", str(text)).count("%(") == 0 for one in _told.values() for text in one.texts)
