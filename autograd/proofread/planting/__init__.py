"""Mistakes planted into right derivations, and exercises made of them."""
