"""Revenue assurance: ordered, provisioned, used and billed agree."""
