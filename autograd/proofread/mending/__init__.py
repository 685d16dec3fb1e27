"""What would make a line right, and what it is instead."""
