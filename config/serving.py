"""Web server and worker as one foreground process group: start together, end together.

Both are forked from the process that has already loaded Django, which saves loading it twice more (seconds on a
small machine). Ctrl-C reaches the whole group; SIGTERM is passed on; when one of the two dies the other is ended
and the exit code says so; when the parent is killed outright, each child notices and ends itself.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import wait
from multiprocessing.context import ForkProcess
from types import FrameType
from typing import Any

from django.conf import settings
from django.db import connections
from django.urls import get_resolver
from django.utils.module_loading import autodiscover_modules, import_string
from gunicorn.app.base import BaseApplication
from huey.contrib import djhuey

GRACE_SECONDS = 15


class Stopped(BaseException):
    """Somebody asked us to stop (Ctrl-C or SIGTERM)."""


class PortTaken(Exception):
    """Another program listens where we should."""


class Web(BaseApplication):
    """gunicorn, configured from settings: threads, because pages wait for the database more than they compute."""

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": f"{settings.HOST}:{settings.PORT}",
            "worker_class": "gthread",
            "workers": settings.WEB_WORKERS,
            "threads": 4,
            "timeout": 60,
            "loglevel": "warning",
            "control_socket_disable": True,
            "preload_app": True,
            "post_fork": lambda _arbiter, _worker: collect_seldom(),
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Runs once, before the workers are forked; loading the addresses here spares each worker's first visitor."""
        _ = get_resolver().url_patterns
        return import_string(settings.WSGI_APPLICATION)


def collect_seldom() -> None:
    """What is loaded stays for good, and a request's objects mostly die by themselves: looking for rings of them after
    every 700 was a tenth of the time of a capture."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)


def run_web() -> None:
    Web().run()


def run_worker() -> None:
    """Like `manage.py run_huey`, without its second logger."""
    autodiscover_modules("tasks")
    djhuey.HUEY.create_consumer(**settings.HUEY["consumer"]).run()


def serve(announce: Callable[[], None]) -> int:
    """Run both until asked to stop (0) or until one of them ends by itself (1). `announce` is called when the port
    answers."""
    require_free_port()
    connections.close_all()  # an open SQLite handle must not cross a fork
    gc.freeze()  # what is loaded stays; the children share its memory
    gc.enable()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    context = multiprocessing.get_context("fork")
    children = [context.Process(target=child, args=(run,), name=run.__name__) for run in (run_web, run_worker)]
    try:
        for one in children:
            one.start()
        threading.Thread(target=announce_when_up, args=(announce,), daemon=True).start()
        wait([one.sentinel for one in children])
    except Stopped:
        return 0
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        end(children)
    return 1


def child(run: Callable[[], None]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=end_with, args=(parent.sentinel,), daemon=True).start()
    run()


def end_with(sentinel: int) -> None:
    """Ends this process when its parent is gone, even by SIGKILL."""
    wait([sentinel])
    os.kill(os.getpid(), signal.SIGTERM)


def end(children: list[ForkProcess]) -> None:
    """Ask, wait, then insist."""
    for one in children:
        if one.is_alive():
            one.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    for one in children:
        one.join(max(0.1, deadline - time.monotonic()))
        if one.is_alive():
            one.kill()
            one.join()


def stop(number: int, frame: FrameType | None) -> None:
    raise Stopped


def require_free_port() -> None:
    family = socket.AF_INET6 if ":" in settings.HOST else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.HOST, settings.PORT))
        except OSError as error:
            raise PortTaken(f"{settings.HOST}:{settings.PORT}: {error.strerror}") from error


def announce_when_up(announce: Callable[[], None]) -> None:
    host = "127.0.0.1" if settings.HOST in ("0.0.0.0", "::") else settings.HOST  # nosec B104
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex((host, settings.PORT)) == 0:
                announce()
                return
        time.sleep(0.05)
