"""Composition root, free of Qt: builds the parts and hands them to each other."""
