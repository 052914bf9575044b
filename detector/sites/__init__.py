"""Pages rolled up to sites: what the pages of a site have in common, and a score with its interval."""
