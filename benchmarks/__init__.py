"""gradproof beside other libraries: the same programs, data and checks for each, in one run.

This file and whatever a worker process loads must import nothing of gradproof's: one of the peers
has a package called `autograd`, too.
"""
