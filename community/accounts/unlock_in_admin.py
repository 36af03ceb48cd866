from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from community.accounts.models import User
from community.accounts.unlocking import NotAllowed, unlock_user
from community.audit.actors import Actor


def unlock_page(request: HttpRequest, user_id: int) -> HttpResponse:
    """Staff let a person try PINs again (Wagtail's admin, so `request.user` may enter it)."""
    helper = request.user
    assert isinstance(helper, User)
    person = get_object_or_404(User, pk=user_id)
    if request.method != "POST":
        return render(request, "community/person_unlock.html", {"person": person})
    try:
        unlock_user(user=person, actor=Actor.of(helper))
    except NotAllowed:
        messages.error(request, _("Only staff may unlock people here."))
        return render(request, "community/person_unlock.html", {"person": person}, status=HTTPStatus.FORBIDDEN)
    messages.success(request, _("%(name)s may sign in again.") % {"name": person.name})
    return redirect("wagtailusers_users:index")
