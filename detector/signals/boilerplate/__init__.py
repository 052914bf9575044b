"""What templates, themes and generators leave around or instead of a text; one module a signal group."""
