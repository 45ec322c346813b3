"""The pages of ``onoma serve``, in a browser: files alone, served by ``server`` as they stand.

In: what the server's own API answers; ``static/core/api.js`` is the one file that knows its
addresses. Out: elements, built from text nodes only (``static/core/dom.js``), so that no label,
title or text can become markup. ``index.html`` is every page; ``core`` holds what each page needs,
``parts`` what several share, ``views`` a file a page. Modules and one style sheet, written by
hand: nothing is built, and nothing comes from elsewhere.
"""
