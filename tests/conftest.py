"""Settings for every test.

How long a case takes depends on the machine, so no property test judges it. A checkout gives one answer: its
cases are the same in every run. ``pytest --hypothesis-profile explore`` looks for new ones, and more.
"""

from hypothesis import settings

settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, derandomize=False, max_examples=2_000)
settings.load_profile("repeatable")
