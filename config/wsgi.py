"""The WSGI application that gunicorn serves. WSGI, not ASGI: measured faster for this house."""

from __future__ import annotations

import os
from wsgiref.types import WSGIApplication

from django.core.wsgi import get_wsgi_application
from django.utils.module_loading import import_string

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

django = get_wsgi_application()
# Loaded by its name, because it needs the apps to be ready. In front: the pages that were sent before.
application: WSGIApplication = import_string("traceability.passport.repeated.RepeatedScans")(django)
