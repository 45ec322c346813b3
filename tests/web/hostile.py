"""Texts that become script where something forgets to escape them."""

from __future__ import annotations

MARK = "__ran"  # what each sets on the window if it runs
RUN = f"window.{MARK}=1"

PAYLOADS: tuple[str, ...] = (
    f"<script>{RUN}</script>",
    f"<img src=x onerror={RUN}>",
    f"<svg/onload={RUN}>",
    f"<svg><script>{RUN}</script></svg>",
    f'"><img src=x onerror="{RUN}">',
    f"'><img src=x onerror='{RUN}'>",
    f'" onmouseover="{RUN}" x="',
    f"' onfocus='{RUN}' autofocus x='",
    f"<iframe srcdoc='<script>parent.{MARK}=1</script>'></iframe>",
    f"<details open ontoggle={RUN}>",
    f"<a href='javascript:{RUN}'>x</a>",
    f"javascript:{RUN}//",
    f"</script><script>{RUN}</script>",
    f"</textarea><script>{RUN}</script>",
    f"</title><img src=x onerror={RUN}>",
    f"<!--><img src=x onerror={RUN}>-->",
    f"<math><mi//xlink:href='javascript:{RUN}'>",
    f"<style>@import'javascript:{RUN}'</style>",
    f"<base href='javascript:{RUN}//'>",
    f"<meta http-equiv=refresh content='0;javascript:{RUN}'>",
    f"{{{{constructor.constructor('{RUN}')()}}}}",
    f"${{{RUN}}}",
    f"`${{{RUN}}}`",
    f"\u202e<img src=x onerror={RUN}>\u202c",
    f"&lt;img src=x onerror={RUN}&gt;",
)


def many(number: int) -> list[str]:
    """Return so many of them, in other letter cases and surroundings."""
    changes = (str, str.upper, str.title, str.swapcase)
    around = (
        "{}",
        "fever {} cough",
        "{}{{",
        "\t{}",
        "a{}b",
        '="{}',
        "('{}')",
        "\ufeff{}",
        "{}\u0000",
        "é{}ß",
    )
    out = [form.format(change(one)) for form in around for change in changes for one in PAYLOADS]
    return out[:number]
