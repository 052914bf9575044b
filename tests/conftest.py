"""Settings for every test: how long a case takes depends on the machine, so no property test judges it."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
