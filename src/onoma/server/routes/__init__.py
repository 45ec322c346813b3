"""The REST API, a file per subject.

Each function is an operation: its types say what it takes and gives, its docstring what it does.
"""
