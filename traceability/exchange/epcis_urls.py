"""The EPCIS 2.0 REST interface, under /epcis/v2/."""

from __future__ import annotations

from django.urls import path, re_path

from traceability.exchange import capture_views, event_views

app_name = "epcis"
_WORDS = "eventTypes|bizSteps|bizLocations|readPoints|dispositions"

urlpatterns = [
    path("", event_views.RootView.as_view(), name="root"),
    path("capture", capture_views.CaptureView.as_view(), name="capture"),
    path("capture/<uuid:code>", capture_views.CaptureJobView.as_view(), name="capture_job"),
    path("events", event_views.EventsView.as_view(), name="events"),
    path("events/<path:event_id>", event_views.EventView.as_view(), name="event"),
    path("epcs/<path:epc>/events", event_views.EpcEventsView.as_view(), name="epc_events"),
    re_path(
        rf"^(?P<resource>{_WORDS})/(?P<value>.+)/events$", event_views.WordEventsView.as_view(), name="word_events"
    ),
    re_path(rf"^(?P<resource>epcs|{_WORDS})$", event_views.WordsView.as_view(), name="words"),
    re_path(
        rf"^(?P<resource>epcs|{_WORDS})/(?P<value>.+)$", event_views.SubResourceView.as_view(), name="sub_resources"
    ),
    path("queries", event_views.QueriesView.as_view(), name="queries"),
    re_path(r"^(?P<anything>[\s\S]+)\Z", event_views.NothingView.as_view(), name="nothing"),
]
