"""A project with three databases: its own, one for users and content, and a copy of that to read.

The copy is as old as the conversation wants it to be.
"""
