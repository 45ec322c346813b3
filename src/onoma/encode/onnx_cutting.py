"""ONNX models changed as bytes: cut at an inner tensor, or each product given its own weights.

A model is a protobuf message: fields of a number, a wire type and a value. The ``onnx`` package is
not needed to walk over the fields of the graph, keep some, and name others anew. Numbers are those
of ``onnx.proto``, which never change once given.

Source: https://protobuf.dev/programming-guides/encoding/ and https://onnx.ai/onnx/repo-docs/IR.html
"""

from __future__ import annotations

from collections.abc import Iterator

from onoma.errors import BadFile

GRAPH = 7  # of a model
NODE, CONSTANT, OUTPUT = 1, 5, 12  # of a graph
TAKES, GIVES, DOES = 1, 2, 4  # of a node
PRODUCT, WEIGHTS = b"MatMulInteger", (1, 3)  # of whole numbers; which inputs: weights, their zero
NAME_OF_CONSTANT, NAME_OF_VALUE, TYPE_OF_VALUE = 8, 1, 2
FLOAT_TENSOR = bytes((0x0A, 0x02, 0x08, 0x01))  # a value's type: a tensor of float32, any shape
VARINT, LONG, BYTES, SHORT = 0, 1, 2, 5  # wire types


def cut_model(model: bytes, tensor: str) -> bytes:
    """Return the part of a model that computes one of its tensors, which becomes its only output.

    Raises: BadFile: the bytes are no ONNX model, or it has no such tensor.
    """
    try:
        return b"".join(
            _field(GRAPH, _cut_graph(value, tensor.encode())) if number == GRAPH else raw
            for number, value, raw in _fields(model)
        )
    except (IndexError, UnicodeDecodeError) as error:
        raise BadFile("not an ONNX model", hint="copy the model's folder again") from error


def part_weights(model: bytes) -> bytes:
    """Return a model where no two products of whole numbers read the same weights.

    A product that reads weights of one before it is given a copy of them: onnxruntime turns weights
    into an order of its own once for each product, and fails where it has turned them already.

    Raises: BadFile: the bytes are no ONNX model.
    """
    try:
        return b"".join(
            _field(GRAPH, _part_graph(value)) if number == GRAPH else raw
            for number, value, raw in _fields(model)
        )
    except IndexError as error:
        raise BadFile("not an ONNX model", hint="copy the model's folder again") from error


def _part_graph(graph: bytes) -> bytes:
    constants = {
        _strings(value, NAME_OF_CONSTANT)[0]: value
        for number, value, _ in _fields(graph)
        if number == CONSTANT
    }
    out, readers = [], dict.fromkeys(constants, 0)
    for number, node, raw in _fields(graph):
        if number != NODE or PRODUCT not in _strings(node, DOES):
            out.append(raw)
            continue
        takes = _strings(node, TAKES)
        for name in [takes[place] for place in WEIGHTS if takes[place : place + 1]]:
            if name not in constants:
                continue
            readers[name] += 1
            if readers[name] > 1:
                own = b"%s.%d" % (name, readers[name])
                out.append(_field(CONSTANT, _renamed(constants[name], NAME_OF_CONSTANT, name, own)))
                node = _renamed(node, TAKES, name, own)
        out.append(_field(NODE, node))
    return b"".join(out)


def _renamed(message: bytes, field: int, old: bytes, new: bytes) -> bytes:
    return b"".join(
        _field(number, new) if number == field and value == old else raw
        for number, value, raw in _fields(message)
    )


def _cut_graph(graph: bytes, tensor: bytes) -> bytes:
    fields = list(_fields(graph))
    nodes = [value for number, value, _ in fields if number == NODE]
    needed, kept = {tensor}, set()
    for place in range(len(nodes) - 1, -1, -1):  # nodes stand in the order of their running
        if needed.intersection(_strings(nodes[place], GIVES)):
            needed.update(_strings(nodes[place], TAKES))
            kept.add(place)
    if not kept:
        raise BadFile(
            f"the model has no tensor {tensor.decode()!r}",
            hint="it is another model than the one that the part on top of it was trained with",
        )
    out, place = [], -1
    for number, value, raw in fields:
        if number == NODE:
            place += 1
            keep = place in kept
        elif number == CONSTANT:
            keep = bool(needed.intersection(_strings(value, NAME_OF_CONSTANT)))
        else:
            keep = number != OUTPUT
        if keep:
            out.append(raw)
    value = _field(NAME_OF_VALUE, tensor) + _field(TYPE_OF_VALUE, FLOAT_TENSOR)
    return b"".join([*out, _field(OUTPUT, value)])


def _strings(message: bytes, wanted: int) -> list[bytes]:
    return [value for number, value, _ in _fields(message) if number == wanted]


def _fields(message: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Yield each field's number, value (empty where it is no run of bytes) and whole bytes."""
    at = 0
    while at < len(message):
        start = at
        key, at = _varint(message, at)
        kind, value = key & 7, b""
        if kind == VARINT:
            at = _varint(message, at)[1]
        elif kind == BYTES:
            size, at = _varint(message, at)
            value = message[at : at + size]
            at += size
        elif kind in (LONG, SHORT):
            at += 8 if kind == LONG else 4
        else:
            raise IndexError(kind)
        if at > len(message):
            raise IndexError(at)
        yield key >> 3, value, message[start:at]


def _varint(message: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = message[at]
        number |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return number, at


def _field(number: int, value: bytes) -> bytes:
    out, size = bytearray([number << 3 | BYTES]), len(value)
    while size > 127:
        out.append(size & 127 | 128)
        size >>= 7
    return bytes([*out, size]) + value
