"""Makes pages of kinds that labelled data lacks: copied articles in farm dress, and honest look-alikes."""

from training.synthesis.articles import Article, load_articles
from training.synthesis.pages import SyntheticPage, synthesise

__all__ = ["Article", "SyntheticPage", "load_articles", "synthesise"]
