"""A discount over the lines of an order: exact to the last ten-thousandth."""

from collections.abc import Sequence


def taken_off(discount: int, amounts: Sequence[int]) -> list[int]:
    """The amounts less their share of a discount, in proportion; what cannot be divided goes to the largest remainders.

    Needs 0 <= discount <= sum(amounts), and no amount below zero.
    """
    total = sum(amounts)
    if not total:
        return list(amounts)
    shares = [discount * amount // total for amount in amounts]
    left = discount - sum(shares)
    by_remainder = sorted(range(len(amounts)), key=lambda place: -(discount * amounts[place] % total))
    for place in by_remainder[:left]:
        shares[place] += 1
    return [amount - share for amount, share in zip(amounts, shares, strict=True)]
