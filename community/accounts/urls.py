"""Sign-in and its neighbours. Only what we offer: no sign-up, no social accounts, no e-mail management.

(allauth.urls must not be included beside this: its stock pages would win by name.)
"""

from __future__ import annotations

from allauth.account import views as allauth_views
from django.urls import include, path

from community.accounts.views import (
    ActivateTotpView,
    AddSecurityKeyView,
    SignInView,
    StaffPasswordChangeView,
    StaffSignInView,
    change_pin_page,
    devices_page,
)

urlpatterns = [
    path("dang-nhap/", SignInView.as_view(), name="account_login"),
    path("dang-nhap/can-bo/", StaffSignInView.as_view(), name="account_login_staff"),
    path("dang-xuat/", allauth_views.logout, name="account_logout"),
    path("tai-khoan/da-dong/", allauth_views.account_inactive, name="account_inactive"),
    path("tai-khoan/xac-nhan/", allauth_views.reauthenticate, name="account_reauthenticate"),
    path("tai-khoan/mat-khau/", StaffPasswordChangeView.as_view(), name="account_change_password"),
    path("tai-khoan/ma-pin/", change_pin_page, name="account_change_pin"),
    path("tai-khoan/thiet-bi/", devices_page, name="account_devices"),
    path("tai-khoan/du-lieu/", include("community.privacy.views")),
    path("chon-hop-tac-xa/", include("community.cooperatives.urls")),
    path("tai-khoan/bao-mat/totp/activate/", ActivateTotpView.as_view(), name="mfa_activate_totp"),
    path("tai-khoan/bao-mat/webauthn/add/", AddSecurityKeyView.as_view(), name="mfa_add_webauthn"),
    path("tai-khoan/bao-mat/", include("allauth.mfa.urls")),
]
