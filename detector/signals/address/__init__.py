"""The page's address and its topics: does the host fit what the page says? One module a signal group."""
