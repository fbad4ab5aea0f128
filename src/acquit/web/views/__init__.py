"""The views: each translates a request, makes one domain call, and renders."""
