"""The door of the clock: deliver what the outbox holds, run what the night must do."""
