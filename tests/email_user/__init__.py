"""A project whose users have a UUID for a key, an e-mail address for a name and no permissions.

``AUTH_USER_MODEL`` is fixed when a process starts, so it runs in one of its own.
"""
