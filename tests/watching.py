"""A watch on a page in the browser: what it asked other machines for, and what went wrong in it."""

from dataclasses import dataclass, field


@dataclass
class Watch:
    """What a page did that it must not do: requests to other machines, script errors, console errors."""

    base: str
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def on(self, page) -> None:
        page.on("request", lambda request: self._request(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda message: self._console(message))

    def _request(self, url: str) -> None:
        if not url.startswith((self.base, "data:", "blob:")):
            self.outside.append(url)

    def _console(self, message) -> None:
        if message.type == "error" and "404" not in message.text:
            self.errors.append(message.text)
