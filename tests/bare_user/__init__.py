"""A project whose users have a name and a password, and nothing else.

They cannot be blocked, have no address and no dates, and are of no groups. ``AUTH_USER_MODEL`` is
fixed when a process starts, so it runs in one of its own.
"""
