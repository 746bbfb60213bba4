"""How fast the app is beside others that do a part of the same.

    python -m pip install --group benchmark && python -m tests.benchmarks

prints a table. `DATABASE_URL` names the database server, as for the tests; a database of its own is
made there and dropped again.
"""
