"""The command line over `autograd`, `nn` and `viz`."""
