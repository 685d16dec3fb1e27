"""What a document leaves unsaid, said in YAML."""
