"""The errors that the library raises. Each says what was wrong, where, and what to do."""


class ChaffinchError(Exception):
    """Base of every error that Chaffinch raises on purpose."""


class PageError(ChaffinchError):
    """A page could not be read at all (neither bytes nor text)."""


class LexiconError(ChaffinchError):
    """A lexicon file breaks its format; names the file and the line."""


class SignalError(ChaffinchError):
    """A signal broke its contract; names the signal and the feature."""


class ModelError(ChaffinchError):
    """A model folder cannot be used: missing, altered, or made for another schema or library version."""


class DatasetError(ChaffinchError):
    """Labelled data cannot be used; names the file, the record and the field."""


class InputError(ChaffinchError):
    """A crawl input does not exist, cannot be opened, or is of no known format; names the path."""


class ScanError(ChaffinchError):
    """A scan cannot go on: its output folder belongs to another scan, or cannot be written."""


class ListError(ChaffinchError):
    """A block list cannot be read or written; names the file."""
