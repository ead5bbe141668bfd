"""The dashboard: the current build of the store in, pages out."""
