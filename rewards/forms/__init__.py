"""What a person types at the pages of points, coupons and gifts."""
