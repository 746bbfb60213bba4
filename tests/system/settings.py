"""Settings of a server that a test has started: the tests' own, and what the test has given."""

import os
import pickle

from tests.settings import *  # noqa: F403

# It is this test's own process that has written them.
globals().update(pickle.loads(bytes.fromhex(os.environ["SERVER_SETTINGS"])))
