"""A believable sample company, seeded: the same seed and day give the same files, byte for byte, and their truth.

Three legal entities in two currencies, four hundred customers, eighteen months of documents and three of bank lines.
"""

from acquit.intake.sample.files import CompanyFolder, WrittenSample, write_sample
from acquit.intake.sample.generator import build_sample
from acquit.intake.sample.values import Receipt, RefusedRow, Sample, Scenario

__all__ = [
    "CompanyFolder",
    "Receipt",
    "RefusedRow",
    "Sample",
    "Scenario",
    "WrittenSample",
    "build_sample",
    "write_sample",
]
