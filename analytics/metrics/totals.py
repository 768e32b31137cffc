"""Sums as the engines give them."""

import ibis.expr.types as ir


def exact(total: ir.IntegerScalar) -> ir.IntegerScalar:
    """A sum as an int64 that the engine itself makes, 0 for no rows.

    PostgreSQL sums into numeric, which would reach pandas as a float and lose the last digits beyond 2**53. Ibis
    leaves out a cast to the type it already believes in, hence the step through decimal.
    """
    return total.fill_null(0).cast("decimal(38, 0)").cast("int64")
