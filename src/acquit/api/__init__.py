"""The door for programs: /api/v1, after Stripe. Nouns to list and get, idempotent POSTs, errors with stable codes."""
