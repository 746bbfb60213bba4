"""The system checks: each fault of the configuration has an id of its own and a hint.

Imports point downwards: settings stands on keys, issuers, flood_cache, storage, registration and
project, and these on messages.
"""
