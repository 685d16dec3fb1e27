"""One adapter per peer: how the programs of `benchmarks.cases` are written with that library."""
