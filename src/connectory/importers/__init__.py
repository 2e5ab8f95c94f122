"""From vendors' API descriptions to definitions. Needs the extra ``build``.

``formats`` turns each source format into a draft; everything after that is the same for all of them.
"""
