"""A watch on a page in the browser: what it asked other machines for, and what went wrong in it."""

from dataclasses import dataclass, field


@dataclass
class Watch:
    """What a page did that it must not do: requests to other machines, script errors, console errors."""

    base: str
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def on(self, page) -> None:
        for event, listener in self._listeners().items():
            page.on(event, listener)

    def off(self, page) -> None:
        """Stop watching, so that the next watch on the same tab is the only one."""
        for event, listener in self._listeners().items():
            page.remove_listener(event, listener)

    def _listeners(self) -> dict:
        return {"request": self._request, "pageerror": self._fault, "console": self._console}

    def _request(self, request) -> None:
        if not request.url.startswith((self.base, "data:", "blob:")):
            self.outside.append(request.url)

    def _fault(self, error) -> None:
        self.errors.append(str(error))

    def _console(self, message) -> None:
        if message.type == "error" and "404" not in message.text:
            self.errors.append(message.text)
