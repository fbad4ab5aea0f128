"""Who may do what for which company, under which policy, and the proof of every decision."""
