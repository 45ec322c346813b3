"""Onoma as a service: a REST API, PubTator 3's paths, and tools for assistants (MCP).

In: HTTP requests, or MCP messages over standard input. Out: what ``onoma`` itself answers, with the
verbs, names and defaults of Python and the command line. The room decides nothing about texts: it
reads what is asked (``declare``), runs it beside the loop (``lanes``), and guards the door
(``gate``: hosts, origins, keys, limits, rates). ``routes`` has a file per subject, ``compat`` other
services' paths, ``mcp`` the tools. ``openapi`` writes the description from the declarations.

Standards: RFC 9457 (problem details), RFC 9110 (ETag, content negotiation), OpenAPI 3.1, Model
Context Protocol 2025-06-18.
"""

from onoma.errors import ExtraMissing

try:
    import msgspec  # noqa: F401 - said here, before the rooms that a server is made of
except ImportError as error:
    raise ExtraMissing("server", "serving") from error
