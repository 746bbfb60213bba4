"""A project whose database is on disk, for a server with threads.

The threads of a server share a connection to the database of the other tests, on SQLite.
"""
