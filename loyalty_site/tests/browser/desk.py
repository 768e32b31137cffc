"""The desk as a browser test meets it: a served database, signed-in windows, and what any page is held to."""

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response
from pytest_django.live_server_helper import LiveServer

from members.models import User

LAPTOP = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
AXE = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]},
    "resultTypes": ["violations"],
}
# plotly.js asks for a style attribute; the policy refuses it, and nothing is missing from the picture.
HARMLESS = re.compile(r"Applying inline style violates .* 'style-src 'self'' .*", re.DOTALL)


@dataclass
class Faults:
    """What the browser complained about while pages were open in a window."""

    found: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.found.append(f"error: {error}"))
        page.on("response", self._answered)

    def _said(self, message: ConsoleMessage) -> None:
        from_plotly = "plotly" in message.location["url"] and HARMLESS.match(message.text)
        failed_load = message.text.startswith("Failed to load resource")  # `_answered` judges these
        if message.type in {"error", "warning"} and not from_plotly and not failed_load:
            self.found.append(f"{message.type}: {message.text} ({message.location['url']})")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.request.resource_type != "document":
            self.found.append(f"{response.status}: {response.url}")


@dataclass
class Desk:
    """A running server and the browser before it."""

    url: str
    browser: Browser
    options: dict[str, Any]

    def window(
        self, user: User | None = None, language: str = "zh-hans", *, script: bool = True, **more: Any
    ) -> BrowserContext:
        """A new window, signed in as `user`, in a language."""
        context = self.browser.new_context(
            **{
                **self.options,
                "base_url": self.url,
                "viewport": LAPTOP,
                "reduced_motion": "reduce",
                "java_script_enabled": script,
                **more,
            }
        )
        context.set_default_timeout(20_000)
        cookies = {settings.LANGUAGE_COOKIE_NAME: language}
        if user is not None:
            client = Client()
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
            cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": name, "value": value, "url": self.url} for name, value in cookies.items()])
        return context


@contextlib.contextmanager
def serve(browser: Browser, options: dict[str, Any]) -> Iterator[Desk]:
    """The desk on a port of its own, on the test database."""
    server = LiveServer("localhost")
    server._live_server_modified_settings.enable()
    try:
        yield Desk(server.url, browser, options)
    finally:
        server.stop()
        server._live_server_modified_settings.disable()
        connections.close_all()


def faults_of_axe(page: Page) -> list[str]:
    """What axe finds on the page as it stands, by rule and element. Of an open menu: in it, not under it.

    Not inside pictures: axe cannot see what their texts are drawn on; the tests of the charts' theme can.
    """
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE_SCRIPT)
    return page.evaluate(
        """async (options) => {
            const found = await axe.run(
                document.querySelector("details.pop[open]") || { exclude: [[".plot > *"]] }, options
            );
            const told = (rule) => rule.nodes.map((node) => `${rule.id}: ${node.html.slice(0, 200)}`);
            return found.violations.flatMap(told);
        }""",
        AXE,
    )


def turn_phone(page: Page) -> None:
    """Make the window a phone and wait until the pictures have followed.

    The button that floats above the navigation goes where the page ends: what it half covers just now is reached by
    scrolling, and axe cannot scroll.
    """
    page.set_viewport_size(PHONE)
    page.evaluate("document.querySelectorAll('.sticky > :last-child').forEach((e) => e.style.position = 'static')")
    page.evaluate("""async () => {
        const late = (plot) => {
            const drawn = plot.querySelector(".main-svg");
            return drawn && Math.abs(drawn.getBoundingClientRect().width - plot.getBoundingClientRect().width) > 2;
        };
        const start = performance.now();
        do await new Promise((done) => setTimeout(done, 100));
        while ([...document.querySelectorAll(".plot")].some(late) && performance.now() - start < 5000);
    }""")


def sideways(page: Page, width: int) -> str:
    """By how much the page can be scrolled sideways at a width, and what sticks out; "" when it cannot."""
    page.set_viewport_size({"width": width, "height": 800})
    return page.evaluate("""async () => {
        const root = document.documentElement;
        const frame = () => new Promise((done) => requestAnimationFrame(done));
        const start = performance.now(); // pictures follow the window a moment later
        while (root.scrollWidth > root.clientWidth && performance.now() - start < 3000) await frame();
        if (root.scrollWidth <= root.clientWidth) return "";
        const wide = (each) => each.getBoundingClientRect().right > root.clientWidth + 1;
        const out = [...document.querySelectorAll("body *")].filter(wide).slice(0, 5);
        const names = out.map((each) => `<${each.tagName.toLowerCase()} class="${each.getAttribute("class")}">`);
        return `${innerWidth}: ${root.scrollWidth} > ${root.clientWidth}: ${names.join(" ")}`;
    }""")


def draw_all(page: Page) -> None:
    """Scroll to each chart and wait until it is drawn (or has said that it cannot be)."""
    for chart in page.locator("figure.chart").all():
        chart.scroll_into_view_if_needed()
        chart.and_(page.locator(".failed")).or_(chart.locator(".main-svg").first).first.wait_for()
    page.evaluate("scrollTo(0, 0)")
