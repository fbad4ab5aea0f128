"""Bank statements, matching and application of receipts, each with its proof."""
