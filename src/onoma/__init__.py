"""Onoma."""
