"""The door for people: translate a request, make one domain call, render a page."""
