"""The one family of errors that rules raise. A face turns `code` and `facts` into a sentence; rules write none."""

from __future__ import annotations

from typing import Any


class DomainError(Exception):
    """A rule said no. `code` is a whole word ("out_of_stock"), `facts` are what the sentence needs (never secrets)."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        return f"{self.code}({told})" if told else self.code
