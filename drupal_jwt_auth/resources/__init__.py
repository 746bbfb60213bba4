"""What the front ends share: who asks, in which transaction, and how entities are saved."""
