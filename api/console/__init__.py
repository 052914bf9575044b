"""The moderators' console: plain pages from here, filled in the browser through the API for everybody."""

from api.console.pages import router

__all__ = ["router"]
