"""Pure numbers: intervals, funnels, shrinkage, pooling, ranks and gaps; arrays in, arrays out, no tables."""
