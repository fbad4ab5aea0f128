"""Credit accounts, scores, limits, exposure and securities."""
