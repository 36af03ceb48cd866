from __future__ import annotations

from django.urls import URLPattern, path

from marketplace.helping import board, consents, done_for_us, hand_overs, needs, shares, visits

app_name = "helping"
urlpatterns: list[URLPattern] = [
    path("bang/", board.board, name="board"),
    path("tham/", visits.visits_page, name="visits"),
    path("tham/moi/<str:code>/", visits.visit_new, name="visit_new"),
    path("tham/anh/<int:number>/", visits.visit_photo, name="visit_photo"),
    path("tham/anh/<int:number>/bo/", visits.visit_photo_drop, name="visit_photo_drop"),
    path("tham/<str:code>/", visits.visit_page, name="visit"),
    path("tham/<str:code>/sua/", visits.visit_edit, name="visit_edit"),
    path("tham/<str:code>/xong/", visits.step_done, name="step_done"),
    path("can/<str:code>/", needs.needs_page, name="needs"),
    path("can/<str:code>/<int:number>/", needs.needs_edit, name="needs_edit"),
    path("can/<str:code>/<int:number>/bo/", needs.needs_drop, name="needs_drop"),
    path("dong-y/<str:code>/", consents.consents_page, name="consents"),
    path("ban-giao/", hand_overs.hand_overs_page, name="hand_overs"),
    path("ban-giao/moi/<str:code>/", hand_overs.hand_over_new, name="hand_over_new"),
    path("ban-giao/<str:code>/", hand_overs.hand_over_answer, name="hand_over"),
    path("tu-lam/", shares.shares_page, name="shares"),
    path("da-lam-thay/", done_for_us.done_for_us, name="done_for_us"),
    path("da-tham/", done_for_us.visits_of_us, name="visits_of_us"),
    path("da-tham/anh/<int:number>/", done_for_us.visit_photo_of_us, name="visit_photo_of_us"),
]
