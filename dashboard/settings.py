"""Settings of the dashboard, from the environment."""

import os


def setting(name: str, default: str) -> str:
    """A setting from the environment; one that is set to nothing counts as not set."""
    return os.environ.get(name, "").strip() or default


def feedback() -> str:
    """Whom readers tell what is wrong or missing: an address for mail, or a sentence; empty where nobody said."""
    return setting("FEEDBACK", "").removeprefix("mailto:")
