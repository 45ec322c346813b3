"""The command line: parse, call, print. What a text means is decided elsewhere.

One file per command, loaded when it is used, so that ``onoma --help`` answers at once. Results go
to standard output, words to standard error. Exit codes: 0 well, 1 some documents failed, 2 wrong
usage or input, 3 something needed is missing, 130 interrupted.
"""

from onoma.cli.app import app, main

__all__ = ["app", "main"]
