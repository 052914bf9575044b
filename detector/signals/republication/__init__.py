"""Signs that a text was another newsroom's before it stood here; one module a signal group."""
