"""Block lists in and out: files of any of the usual forms, entries, a look-up, and lists to give away."""
