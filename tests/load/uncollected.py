"""The site in a process where Python does not look for circles of references."""

import gc

from example_project.wsgi import application

__all__ = ("application",)

gc.collect()
gc.disable()
