"""What opens by a secret: a member's card, an invitation. Neither address names a telephone."""

from __future__ import annotations

from django.urls import path

from community.members.views import CardSignInView, InvitationSignInView, invitation_page, join

urlpatterns = [
    path("the/<str:code>/", CardSignInView.as_view(), name="account_card"),
    path("loi-moi/<str:token>/", invitation_page, name="account_invitation"),
    path("loi-moi/<str:token>/dang-nhap/", InvitationSignInView.as_view(), name="account_invitation_sign_in"),
    path("loi-moi/<str:token>/nhan/", join, name="account_invitation_join"),
]
