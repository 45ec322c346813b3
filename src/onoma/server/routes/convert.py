"""Annotated documents from one format to another, as ``onoma convert`` does; nothing is found."""

from __future__ import annotations

import io
from typing import cast

from onoma.formats.jsonl_full import read_jsonl_gold
from onoma.formats.losses import loss_report
from onoma.formats.signs import OUTPUT_EXTENSIONS
from onoma.server.declare import Asked, Call, Reply, operation
from onoma.server.media import FORMATS, MEDIA, NDJSON, writing
from onoma.server.shapes import Record, Short


class ConvertAsked(Asked, frozen=True, kw_only=True):
    """The format that is wanted."""

    to: Short = "pubtator"


@operation(
    "POST", "/v1/convert", scope="annotate", lane="annotating", consumes=(NDJSON,),
    produces=FORMATS, tag="annotate",
)  # fmt: skip
def convert(call: Call, asked: ConvertAsked, body: bytes) -> Record:
    """Write annotated documents, JSON lines with text as ``jsonl-text`` has them, in a format.

    What a person changed in them stays as it is. The header ``Onoma-Lost`` counts what the format
    cannot hold.
    """
    out = io.BytesIO()
    stream = io.BufferedReader(cast(io.RawIOBase, io.BytesIO(body)))  # readers look ahead
    with writing(asked.to, out) as writer:
        for document in read_jsonl_gold(stream, "body"):
            call.check()
            writer.write(document)
    name = f"annotated{OUTPUT_EXTENSIONS.get(asked.to, ('.jsonl',))[0]}"
    headers = [("content-disposition", f'attachment; filename="{name}"')]
    if lost := loss_report(+writer.losses):
        headers.append(("onoma-lost", "; ".join(lost).encode("ascii", "replace").decode()))
    media = MEDIA.get(asked.to, "application/octet-stream")
    return Reply(out.getvalue(), media, headers=tuple(headers))  # type: ignore[return-value]  # bytes already
