"""twitter-text-parser without setuptools: it reads one file of its own through `pkg_resources`.

Nobody declares that dependency (3.0.0), setuptools has deprecated and dropped the module, and a fresh environment has
no setuptools at all. One function of it is used, once, while the package is imported; here it is.
"""

import sys
from importlib.resources import files
from types import ModuleType


def _resource_string(module: str, name: str) -> bytes:
    """The bytes of a file beside the named module."""
    return files(module.rpartition(".")[0]).joinpath(name).read_bytes()


class _Resources(ModuleType):
    resource_string = staticmethod(_resource_string)


_before = sys.modules.get("pkg_resources")
sys.modules["pkg_resources"] = _Resources("pkg_resources")
try:
    from twitter_text import parse_tweet
    from twitter_text.extract_urls import extract_urls_with_indices
finally:
    if _before is None:
        del sys.modules["pkg_resources"]
    else:
        sys.modules["pkg_resources"] = _before

__all__ = ["extract_urls_with_indices", "parse_tweet"]
