"""Settings of a process that is killed: its files are where the test says."""

import os
from pathlib import Path

from tests.settings import *  # noqa: F403  all but what follows is the same

MEDIA_ROOT = Path(os.environ["MEDIA"])
