"""The benchmark of cash application: a company of known truth, its files as banks write them, and the scorer.

Pure but for the folder it writes and the processes it starts: it reads none of our rules, so another engine is scored
by the same code (`docs/benchmark.md`).
"""
