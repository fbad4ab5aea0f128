"""Coverage-guided fuzzing of the readers with atheris: `make fuzz`, or `make fuzz READER=camt SECONDS=600`."""
