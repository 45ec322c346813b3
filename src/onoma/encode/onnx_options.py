"""How graphs of ONNX are run on the processor."""

from __future__ import annotations

from typing import Any

PRECISE = "session.x64quantprecision"
"""A setting of onnxruntime. Products of 8-bit numbers are summed in pairs, and on processors
without VNNI (Intel's before 2019, AMD's before Zen 4) a sum may not fit into its 16 bits: it is
cut without a word, and vectors and scores come out wrong. With the setting they are those of newer
processors, somewhat slower. Where there is VNNI, and on ARM, nothing changes."""


def session_options(threads: int) -> Any:
    """Return the options of a session of so many threads; what fails is raised, not printed."""
    import onnxruntime  # half a second that only those pay who run a model

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    options.add_session_config_entry(PRECISE, "1")
    return options
