"""A project that counts failed logins in a table of its database, which is on disk.

The threads of a server share a connection to the database of the other tests, on SQLite.
"""
