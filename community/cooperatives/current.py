"""Which cooperative a person in several works for, and under which mandate a helper acts: notes in the session."""

from __future__ import annotations

from django.http import HttpRequest

from community.cooperatives.models import Cooperative

SESSION_KEY = "cooperative"
ACTING = "acting"
"""Under this key stands the code of the mandate one acts under (`community.mandates`)."""
FOR = "for"
"""Field of every form of the desk: the code of the membership or mandate it was opened with."""


def choose_cooperative(request: HttpRequest, cooperative: Cooperative) -> None:
    """Work for this one from now on, as its member. The caller has checked the membership."""
    request.session[SESSION_KEY] = cooperative.code
    request.session.pop(ACTING, None)
