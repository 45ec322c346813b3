"""Tools for assistants, by the Model Context Protocol: over standard input, or HTTP at ``/mcp``.

In: JSON-RPC messages. Out: what the REST operations answer, cut to a budget and said to be cut,
with texts of documents marked as data. The tools read and change nothing; their names and
descriptions stand in the code, and no text of a document or vocabulary gets into them.

The protocol is small, so it is spoken here (``protocol``) rather than brought in with some twenty
packages; the tests talk to it with the official client.
Source: Model Context Protocol, revision 2025-06-18.
"""
