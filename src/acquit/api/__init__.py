"""The door for programs: nouns one can list, idempotent writes, errors with a code."""
