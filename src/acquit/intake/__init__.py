"""Start from a user's own files: what each is, what each column means, what was refused and why."""
