"""What collections decide on paper: whom to ask first, and what a payment pays first."""
