from rewards.models import CouponOffer


def names() -> dict[int, str]:
    """What every offer of coupons is called."""
    return dict(CouponOffer.objects.order_by().values_list("pk", "name"))
