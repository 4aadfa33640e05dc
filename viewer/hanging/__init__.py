"""FEATURES: what opens where; each file is one hanging protocol and ends in ``SPEC``."""
