"""Letters are sent through Django's e-mail, by threads that nobody waits for.

A mail server takes its time, which would tell a client whether there was somebody to write to. One
that is down is logged, without an address and without a link, and the client is told nothing.

While a thread talks to the server, its process has less time for requests: whoever sends two, one
right after the other, could see that. So a secret letter is sent at a moment that nobody knows.
"""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from random import SystemRandom
from threading import BoundedSemaphore, Lock
from time import sleep

from django.db import connections
from django.views.decorators.debug import sensitive_variables

from drupal_jwt_auth.conf import app_settings
from drupal_jwt_auth.mail.letters import Letter

logger = logging.getLogger(__name__)

MAX_WAITING = 1000
"""How many letters of a process may wait for a mail server that is slow or down."""

SECRET_WITHIN = 1.0
"""Within how many seconds a secret letter is sent, with all others that come meanwhile."""

_THREADS = 3

# Its threads start with the first letter, so it may be made before a server forks. Those that wait
# are sent before the process ends.
_threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="drupal_jwt_auth.mail")
_places = BoundedSemaphore(MAX_WAITING)
_secret: list[Letter] = []
_secret_lock = Lock()


def hand_over(letter: Letter) -> None:
    """Let a letter be sent: by another thread, or at once where ``MAIL_IN_BACKGROUND`` is off."""
    if not app_settings.MAIL_IN_BACKGROUND:
        send(letter)
    elif _places.acquire(blocking=False):
        if letter.secret:
            _keep(letter)
        else:
            _threads.submit(_send_in_thread, letter)
    else:
        logger.error("The mail %s was not sent: too many wait for the server.", letter.notice)


@sensitive_variables()
def send(letter: Letter) -> None:
    """Write a letter and send it; log an error if that fails, whatever the reason."""
    try:
        message = letter.write()
        # It finds faults in headers, and is half of the work: done for letters to nobody, too.
        message.message()
        if letter.sent:
            message.send()
    except Exception as fault:
        # Not the fault itself: its text and its frames have the address, and the link.
        logger.error(  # noqa: TRY400
            "The mail %s was not sent: %s.", letter.notice, type(fault).__name__
        )


def _keep(letter: Letter) -> None:
    """Keep a secret letter until its moment, which is that of the first one that is kept."""
    with _secret_lock:
        _secret.append(letter)
        is_first = len(_secret) == 1
    if is_first:
        _threads.submit(_send_secret, SystemRandom().uniform(0, SECRET_WITHIN))


def _send_secret(seconds: float) -> None:
    """Send the secret letters after some time."""
    sleep(seconds)
    with _secret_lock:
        letters = [*_secret]
        _secret.clear()
    for letter in letters:
        _send_in_thread(letter)


def _send_in_thread(letter: Letter) -> None:
    try:
        send(letter)
    finally:
        _places.release()
        # A mail backend or a template may have used the database.
        connections.close_all()
