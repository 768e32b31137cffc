"""What is counted in the process that sees it, for the page of metrics. No label holds anything about a person."""

from prometheus_client import CollectorRegistry, Counter

REGISTRY = CollectorRegistry()
OPT_OUT_LINK, RECEIPT = "opt_out_link", "receipt"
_IGNORED = Counter(
    "huitou_ignored", "What came from outside and was of nothing of ours, by what it was.", ["what"], registry=REGISTRY
)
for _what in (OPT_OUT_LINK, RECEIPT):
    _IGNORED.labels(_what)  # or a count that never was would not be told from none


def ignored(what: str, n: int = 1) -> None:
    """So many links or receipts that are of nothing known here."""
    _IGNORED.labels(what).inc(n)
