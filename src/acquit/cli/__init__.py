"""The door of the command line: `acquit start`, `check`, `export`, `db`, `demo`."""
