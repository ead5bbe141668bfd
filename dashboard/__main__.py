"""Serve the dashboard: `python -m dashboard`, CURATED, HOST and PORT from the environment or as flags."""

import argparse
import ipaddress
import os
import sys
from pathlib import Path

import waitress

from dashboard.app import create_app


def main(arguments: list[str] | None = None) -> int:
    """Serve until stopped. Returns 2 when asked to listen where others could reach it."""
    parser = argparse.ArgumentParser(prog="dashboard", description="Serve the current build as web pages.")
    parser.add_argument("--curated", type=Path, default=Path(os.environ.get("CURATED", "data/curated")))
    parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8050")))
    options = parser.parse_args(arguments)
    if not is_loopback(options.host):
        print(
            f"Refused to listen on {options.host}: pages carry no sign-in yet, so only this machine "
            "may reach them.\n"
            "Use HOST=127.0.0.1, behind a proxy that signs people in.",
            file=sys.stderr,
        )
        return 2
    app = create_app(options.curated)
    print(f"School improvement is at http://{options.host}:{options.port}/ (stop with Ctrl+C)", flush=True)
    waitress.serve(app.server, host=options.host, port=options.port, threads=8)
    return 0


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


if __name__ == "__main__":
    sys.exit(main())
