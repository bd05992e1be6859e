"""Open data: what is released for everybody, as pages, as files that never change, and by an interface for programs."""
