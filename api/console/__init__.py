"""The moderators' console: plain pages from here, filled in the browser through the API that everybody calls."""

from api.console.pages import router

__all__ = ["router"]
