"""The system checks: every fault of the configuration has an id of its own and a hint."""
