"""Pure readers and writers of files: bank statements, tables, journal exports."""
