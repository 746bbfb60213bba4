"""Load on a site of several processes: what is written at the same time, and what becomes of it.

Commands that print figures, not a part of the suite:

    python -m tests.load.lost_updates --seconds 60
    python -m tests.load.risen_nodes --rounds 300
    python -m tests.load.sent_numbers --rounds 300
    python -m tests.load.revoked_logins --rounds 300
    python -m tests.load.memory --requests 20000
    python -m tests.load.logins --rounds 300
    python -m tests.load.accounts --rounds 300
    python -m tests.load.admin_lists

Each makes a database of its own and drops it: a file of SQLite, which is used as Django does by
itself or with ``--example-settings`` as the example project does, or a new one on the PostgreSQL of
``--database-url``. For logins and accounts it is both of the former, or what ``DATABASE_URL``
names, as it is for the lists of the admin. The site is the example project's.
"""
