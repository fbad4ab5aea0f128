"""Django's PostgreSQL backend on sessions that save round trips (`session`); settings name this package as ENGINE."""
