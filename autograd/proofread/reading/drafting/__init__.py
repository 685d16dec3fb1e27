"""A first configuration, drafted from the document."""
