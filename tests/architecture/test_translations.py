"""Whatever the code says to people has a Vietnamese translation."""

from __future__ import annotations

import ast
import gettext
import re
from collections.abc import Iterator

from django.utils.translation.template import templatize

from tests.architecture.sources import ROOT, project_files, python_files, shown, tree_of

ONE = {"_", "gettext", "gettext_lazy", "gettext_noop"}
MANY = {"ngettext", "ngettext_lazy"}
IN_CONTEXT = {"pgettext", "pgettext_lazy"}
CALLED = re.compile(r"\b(_|gettext|ngettext|pgettext|npgettext)\(")


def messages(tree: ast.AST) -> Iterator[str]:
    """The msgids a module names in words; a context stands before its msgid as in a compiled catalogue."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        told = [part.value for part in node.args if isinstance(part, ast.Constant) and isinstance(part.value, str)]
        if len(told) > 1 and (name in IN_CONTEXT or name == "_"):  # `pgettext_lazy as _` where all share a context
            yield f"{told[0]}\x04{told[1]}"
        elif name in ONE | MANY and told:
            yield told[0]


def calls(source: str) -> Iterator[str]:
    """The gettext calls that Django makes of a template's tags for xgettext."""
    for found in CALLED.finditer(source):
        depth, at = 0, found.end() - 1
        quote = ""
        while at < len(source):
            sign = source[at]
            if quote:
                at += sign == "\\"
                quote = "" if sign == quote else quote
            elif sign in "'\"":
                quote = sign
            else:
                depth += (sign == "(") - (sign == ")")
                if depth == 0:
                    break
            at += 1
        yield source[found.start() : at + 1]


def of_template(words: str) -> Iterator[str]:
    for call in calls(templatize(words)):
        try:
            yield from messages(ast.parse(call.replace("\n", "\\n"), mode="eval"))
        except SyntaxError:
            continue


def test_every_message_has_a_vietnamese_translation() -> None:
    with (ROOT / "locale/vi/LC_MESSAGES/django.mo").open("rb") as compiled:
        catalogue = gettext.GNUTranslations(compiled)
    known = {key[0] if isinstance(key, tuple) else key: words for key, words in catalogue._catalog.items() if words}  # type: ignore[attr-defined]
    missing: set[str] = set()
    for file in python_files():
        missing |= {f"{shown(file)}: {told}" for told in messages(tree_of(file)) if told and told not in known}
    for file in project_files():
        if file.suffix in {".html", ".txt"} and "templates" in file.parts:
            words = file.read_text(encoding="utf-8")
            missing |= {f"{shown(file)}: {told}" for told in of_template(words) if told and told not in known}
    assert not missing, "\n".join(sorted(missing))
