from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from community.accounts.models import User

pytestmark = pytest.mark.django_db


def test_a_user_has_a_phone_or_an_email() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user(name="Nobody")
    assert not User.objects.exists()


def test_many_people_without_email_and_many_without_phone() -> None:
    for number in range(3):
        User.objects.create_user(name="A", phone=f"+8491234567{number}")
        User.objects.create_user(f"a{number}@example.org", name="B")
    assert User.objects.count() == 6


def test_email_is_kept_in_lower_case() -> None:
    user = User.objects.create_user("Hoa@Example.ORG", "x", name="Hoa")
    assert user.email == "hoa@example.org"
    assert User.objects.get_by_natural_key("HOA@example.org") == user
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=user.pk).update(email="Hoa@example.org")


def test_the_given_name_comes_last() -> None:
    assert User(name="Hồ Thị Lan").get_short_name() == "Lan"
    assert User(name="").get_short_name() == ""


def test_createsuperuser_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "hai-con-trau-den-9")
    call_command("createsuperuser", "--noinput", "--email", "Hoa@example.org", "--name", "Hoa", verbosity=0)
    hoa = User.objects.get()
    assert hoa.is_staff and hoa.is_superuser and hoa.email == "hoa@example.org" and hoa.phone is None
