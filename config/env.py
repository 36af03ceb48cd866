"""Typed readers of environment variables: the only place of the house that touches `os.environ`.

Every reader takes the variable's name as a literal first argument, so that a test can list them all and
compare the list with docs/configuration.md. A value that cannot be understood stops the start with the
variable's name in the message.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

YES = {"1", "true", "yes", "on"}
NO = {"0", "false", "no", "off"}


def is_set(name: str) -> bool:
    return bool(os.environ.get(name, "").strip())


def text(name: str, default: str = "") -> str:
    """The variable without surrounding space; an empty one counts as not set."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool) -> bool:
    value = text(name).lower()
    if not value:
        return default
    if value in YES | NO:
        return value in YES
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")


def number(name: str, default: int, *, least: int = 0, most: int = 10**9) -> int:
    value = text(name)
    if not value:
        return default
    if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
        raise ImproperlyConfigured(f"{name} must be a whole number from {least} to {most}, not {value!r}.")
    return int(value)


def words(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """A comma-separated list; blanks are dropped."""
    return [part for part in (raw.strip() for raw in text(name).split(",")) if part] or list(default)


def days(name: str) -> frozenset[date]:
    """A comma-separated list of dates: 2027-02-05,2027-02-08."""
    try:
        return frozenset(date.fromisoformat(word) for word in words(name))
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be dates like 2027-02-05, separated by commas.") from error


def choice(name: str, default: str, *, among: tuple[str, ...]) -> str:
    value = text(name, default)
    if value not in among:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(among)}, not {value!r}.")
    return value


def address(name: str, default: str) -> str:
    """An absolute http(s) address without a trailing slash."""
    value = text(name, default).rstrip("/")
    if not value.startswith(("http://", "https://")):
        raise ImproperlyConfigured(f"{name} must start with http:// or https://, not {value!r}.")
    return value


def folder(name: str, default: Path) -> Path:
    return Path(text(name, str(default))).expanduser().resolve()


def database(name: str) -> dict[str, Any] | None:
    """Django's settings of a DATABASE_URL, or None when it isn't set."""
    if not is_set(name):
        return None
    config: dict[str, Any] = dict(environ.Env.db_url_config(text(name)))
    if "postgresql" not in config.get("ENGINE", ""):
        raise ImproperlyConfigured(f"{name} must be a postgres:// address; leave it unset for SQLite.")
    return config


def mail(name: str, default: str) -> dict[str, Any]:
    """Django's EMAIL_… settings of an EMAIL_URL such as smtp+tls://user:password@host:587."""
    return dict(environ.Env.email_url_config(text(name, default)))
