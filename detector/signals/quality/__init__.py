"""How a text is made: filler, repetition, templates, stuffing, coherence, and what shows an author."""
