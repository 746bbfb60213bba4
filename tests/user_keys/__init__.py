"""A project whose users have keys of another kind than whole numbers from 1 on.

Which kind it is, the environment's ``USER_KEY`` says: one of `tests.user_keys.kinds.KINDS`. As
``AUTH_USER_MODEL`` is fixed when a process starts, each kind runs in one of its own.
"""
