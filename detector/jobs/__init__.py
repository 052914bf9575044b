"""Scripts that other systems start."""
