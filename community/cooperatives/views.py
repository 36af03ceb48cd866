from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache

from community.accounts.models import User
from community.cooperatives.current import choose_cooperative
from community.cooperatives.models import Cooperative


@never_cache
@login_required
def choose_page(request: HttpRequest) -> HttpResponse:
    """For people in several cooperatives: which one to work for now. Another's code is 404."""
    user = request.user
    assert isinstance(user, User)
    held = Cooperative.objects.filter(memberships__in=user.memberships.active()).exclude(status="ceased")
    if request.method == "POST":
        choose_cooperative(request, get_object_or_404(held, code=request.POST.get("code", "")))
        return redirect(settings.LOGIN_REDIRECT_URL)
    return render(request, "community/choose_cooperative.html", {"cooperatives": held})
