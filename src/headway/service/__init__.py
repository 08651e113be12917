"""What the product does: the verbs and the loops."""
