"""The settings of the server under load: those of the product, and beside its pages a view that does nothing."""

from loyalty_site.settings import *  # noqa: F403, TID251 - a variant of them

ROOT_URLCONF = "benchmarks.pages"
