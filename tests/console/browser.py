"""A browser in the words of the tests. Every look waits until what it looks for is there."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.models import Scope
from tests.console.site import Site

SECONDS = 20.0
"""Longest wait for what the browser is to show."""
CSS = "css selector"
REFUSED = "Failed to load resource"  # a status of 4xx: the page tells it, the log repeats it


@dataclass
class Browser:
    """A running browser."""

    driver: Any
    downloads: Path

    def reset(self) -> None:
        """Log out, forget what was logged, and look as at a desk by day."""
        self.driver.get("about:blank")
        self.driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
        self.driver.get_log("browser")
        self.look(1280, 900, "light")

    def look(self, width: int, height: int, scheme: str) -> None:
        """Take a screen of this size and a light or dark scheme."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        features = [
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def complaints(self) -> list[str]:
        """Return what the browser logged as wrong."""
        logged = self.driver.get_log("browser")
        return [
            entry["message"]
            for entry in logged
            if entry["level"] in ("SEVERE", "WARNING") and REFUSED not in entry["message"]
        ]

    def log_in(self, site: Site, name: str, path: str = "/console", scope: Scope = Scope.REVIEW) -> None:
        """Log in as a moderator with a new key, and go on to a page."""
        self.driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
        self.driver.get(site.address + path)
        self.type("#key", site.key(name, scope) + "\n")
        self.until(lambda: "/console/login" not in self.driver.current_url)

    def until(self, seen: Callable[[], Any]) -> Any:
        """Return the first true value of a function. Raises AssertionError after a while."""
        from selenium.common.exceptions import StaleElementReferenceException, TimeoutException
        from selenium.webdriver.support.ui import WebDriverWait

        wait = WebDriverWait(self.driver, SECONDS, 0.05, [StaleElementReferenceException])
        try:
            return wait.until(lambda _: seen())
        except TimeoutException:
            page = self.driver.find_element(CSS, "body").text
            raise AssertionError(f"was not to be seen within {SECONDS} s; the page says: {page}") from None

    def all(self, css: str) -> list[Any]:
        """Return elements that are there now and can be seen."""
        # In one step, as the page may be drawn anew between two.
        source = """
            return [...document.querySelectorAll(arguments[0])].filter(element =>
                element.checkVisibility({visibilityProperty: true, opacityProperty: true}))
        """
        found: list[Any] = self.driver.execute_script(source, css)
        return found

    def one(self, css: str) -> Any:
        """Return the first element that can be seen."""
        return self.until(lambda: self.all(css))[0]

    def click(self, css: str) -> None:
        """Click an element."""
        self.one(css).click()

    def type(self, css: str, text: str) -> None:
        """Type into a field."""
        self.one(css).send_keys(text)

    def press(self, key: str) -> None:
        """Press a key wherever the focus is."""
        self.driver.switch_to.active_element.send_keys(key)

    def paste(self, css: str, text: str) -> None:
        """Put text into a field, whatever characters it holds."""
        self.driver.execute_script("arguments[0].value = arguments[1]", self.one(css), text)

    def wait_for(self, css: str, text: str) -> None:
        """Wait until an element holds a text."""
        self.until(lambda: any(text in element.text for element in self.all(css)))

    def texts(self, css: str) -> list[str]:
        """Return the texts of elements, as the DOM holds them."""
        return self.driver.execute_script(
            "return [...document.querySelectorAll(arguments[0])].map(element => element.textContent)", css
        )

    def script(self, source: str, *given: Any) -> Any:
        """Run a script in the page."""
        return self.driver.execute_script(source, *given)

    def downloaded(self, name: str) -> bytes:
        """Return a file once it has arrived."""
        path = self.downloads / name
        self.until(path.is_file)
        return path.read_bytes()
