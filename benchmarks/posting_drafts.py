"""Bulk posting of a million invoices from Python objects, their making counted: see `benchmarks.posting`."""

from __future__ import annotations

import gc
import time

from acquit.billing.operations import issue_documents
from benchmarks.bare import bare_tables
from benchmarks.invoices import SYSTEM, make_company, make_drafts, make_frames
from benchmarks.posting import CHUNK, INVOICES, TABLES, post_bare, result
from benchmarks.results_table import Result


def measure() -> list[Result]:
    """Measure posting from drafts."""
    company_id, customers = make_company()
    ours, bare = [], []
    with bare_tables(TABLES) as owner:
        for first in range(0, INVOICES, CHUNK):
            gc.collect()
            began = time.perf_counter()
            issue_documents(actor=SYSTEM, drafts=make_drafts(company_id, customers, first, CHUNK))
            ours.append(time.perf_counter() - began)
            bare.append(post_bare(owner, make_frames(company_id, customers, first, CHUNK, prefix="R")))
    return [result("posting, from Python objects, making counted", ours, bare, 0.5)]
