"""The kinds of changes, the bump that each needs, and what the manual says of it."""

from __future__ import annotations

from enum import IntEnum

import msgspec


class Bump(IntEnum):
    """How far a version moves; below 1.0.0 the minor number takes the major one's role."""

    PATCH = 0
    MINOR = 1
    MAJOR = 2

    def __str__(self) -> str:
        return self.name.lower()


class Kind(msgspec.Struct, frozen=True):
    """A kind of change.

    Attributes:
        code: it never changes its meaning.
        bump: what it needs.
        what: the change, in a few words.
        why: what it means for those who use the definition.
        before, after: the smallest example.
    """

    code: str
    bump: Bump
    what: str
    why: str
    before: str
    after: str

    def manual(self) -> str:
        """What ``connectory explain`` prints."""
        needs = f"This needs a {self.bump} version" + (
            " (below 1.0.0: a minor one)." if self.bump is Bump.MAJOR else "."
        )
        instead = (
            "keep what was there and add the new beside it, or release the next major version."
            if self.bump is Bump.MAJOR
            else "release the next minor version."
        )
        before = "\n".join(f"    {line}" for line in self.before.splitlines())
        after = "\n".join(f"    {line}" for line in self.after.splitlines())
        return (
            f"{self.what[0].upper()}{self.what[1:]}, in a version that does not say so.\n\n{self.why} {needs}\n\n"
            f"Example: in 1.0.0\n\n{before}\n\nand in the version after it\n\n{after}\n\n"
            f"Instead, {instead} Where it breaks nobody, say so beside it:\n"
            f"``# connectory: allow {self.code} -- REASON``.\n"
        )


_MAJOR, _MINOR, _PATCH = Bump.MAJOR, Bump.MINOR, Bump.PATCH

KINDS: tuple[Kind, ...] = (
    Kind(
        "C001",
        _MAJOR,
        "a method is gone",
        "Who calls it, cannot. A new id is a new method.",
        "methods: [{id: create_invoice, ...}]",
        "methods: [{id: add_invoice, ...}]",
    ),
    Kind(
        "C002",
        _MAJOR,
        "an input accepts less",
        "A call that was valid is refused.",
        "inputSchema: {type: object, required: [contact]}",
        "inputSchema: {type: object, required: [contact, date]}",
    ),
    Kind(
        "C003",
        _MAJOR,
        "an output may be more",
        "A caller gets what was never answered before, or misses what always was.",
        "outputSchema: {type: object, required: [id]}",
        "outputSchema: {type: object}",
    ),
    Kind(
        "C004",
        _MAJOR,
        "a configuration accepts less",
        "An instance that was configured is not any more.",
        "configSchema: {type: object, required: [tenant]}",
        "configSchema: {type: object, required: [tenant, region]}",
    ),
    Kind(
        "C005",
        _MAJOR,
        "signing in or the address of the service changes, or needs what users need not have",
        "What users granted, where credentials go, or what a call needs beside its input is no longer what it was.",
        "authType: apikey\napiKeyConfig: {in: header, name: X-Key}",
        "authType: apikey\napiKeyConfig: {in: query, name: key}",
    ),
    Kind(
        "C006",
        _MAJOR,
        "methods that were there need a scope that was not asked for",
        "Users who signed in before have to do it again.",
        "oauth2Config: {scopes: [read], ...}",
        "oauth2Config: {scopes: [read, write], ...}",
    ),
    Kind(
        "C007",
        _MAJOR,
        "a way to sign in is gone",
        "Who signed in this way, cannot any more.",
        "alternativeAuth: [{id: key, authType: apikey, ...}]",
        "alternativeAuth: []",
    ),
    Kind(
        "C008",
        _MAJOR,
        "a model is gone",
        "Who chose it, cannot use it. After the sunset that its deprecation named a minor version is enough.",
        "availableModels: [{id: small, ...}, {id: large, ...}]",
        "availableModels: [{id: large, ...}]",
    ),
    Kind(
        "C009",
        _MAJOR,
        "a limit of a model is lower",
        "What fitted does not any more.",
        "contextWindow: 200000",
        "contextWindow: 100000",
    ),
    Kind(
        "C010",
        _MAJOR,
        "a model can do less",
        "A capability or a format that somebody chose it for is gone.",
        "capabilities: [text, vision]",
        "capabilities: [text]",
    ),
    Kind(
        "C011",
        _MAJOR,
        "the type or the provider changes",
        "It is a different integration.",
        "type: integration",
        "type: documents",
    ),
    Kind(
        "C012",
        _MAJOR,
        "nobody can tell whether a schema still accepts what it did",
        "What is not proven is taken to break. It stays open where it hangs on a format, or on a pattern that no "
        "automaton follows, and where it takes too many steps.",
        "pattern: '^(?!x)[a-z]+$'",
        "pattern: '^(?!xx)[a-z]+$'",
    ),
    Kind(
        "C013",
        _MAJOR,
        "an output has more values to choose from",
        "A caller who handles each value meets one that was not there. Most do not mind: this is what is most often "
        "allowed with a reason.",
        "status: {enum: [draft, paid]}",
        "status: {enum: [draft, paid, void]}",
    ),
    Kind(
        "C025",
        _MAJOR,
        "a method can no longer be called, or no longer leads from a page to the next",
        "A call that was made is not any more, or only the first page is ever seen.",
        "http: {method: GET, path: /v1/invoices, pagination: {style: link}}",
        "http: {method: GET, path: /v1/invoices}",
    ),
    Kind(
        "C026",
        _MAJOR,
        "a model has no price any more, or one in another currency",
        "What a call costs cannot be told, or is added up with what it cannot be added to. Another price is a patch.",
        "costPerToken: {input: 0.000003, output: 0.000015}",
        "costPerToken: {input: 0.000003}",
    ),
    Kind(
        "C014",
        _MINOR,
        "there is a new method",
        "Who needs it has to be able to ask for a version that has it.",
        "methods: [{id: get, ...}]",
        "methods: [{id: get, ...}, {id: list, ...}]",
    ),
    Kind(
        "C015",
        _MINOR,
        "an input accepts more",
        "Who sends it has to be able to ask for a version that takes it.",
        "inputSchema: {type: object, required: [contact, date]}",
        "inputSchema: {type: object, required: [contact]}",
    ),
    Kind(
        "C016",
        _MINOR,
        "an input has a new optional property",
        "An open object took anything under that name, which the vendor ignored; taking it is new.",
        "properties: {contact: {type: string}}",
        "properties: {contact: {type: string}, note: {type: string}}",
    ),
    Kind(
        "C017",
        _MINOR,
        "an output promises more",
        "Who relies on it has to be able to ask for a version that promises it.",
        "outputSchema: {type: object}",
        "outputSchema: {type: object, required: [id]}",
    ),
    Kind(
        "C018",
        _MINOR,
        "a configuration accepts more",
        "Who configures it has to be able to ask for a version that takes it.",
        "properties: {region: {enum: [eu]}}",
        "properties: {region: {enum: [eu, us]}}",
    ),
    Kind(
        "C019",
        _MINOR,
        "a default changes",
        "The same call does something else.",
        "page_size: {type: integer, default: 20}",
        "page_size: {type: integer, default: 50}",
    ),
    Kind(
        "C020",
        _MINOR,
        "scopes change for new methods only, or fewer are asked for",
        "What users granted is enough for what they use.",
        "scopes: [read, write]",
        "scopes: [read]",
    ),
    Kind(
        "C021",
        _MINOR,
        "there is a new way to sign in",
        "Who uses it has to be able to ask for a version that has it.",
        "alternativeAuth: []",
        "alternativeAuth: [{id: key, authType: apikey, ...}]",
    ),
    Kind(
        "C022",
        _MINOR,
        "there is a new model",
        "Who chooses it has to be able to ask for a version that has it.",
        "availableModels: [{id: small, ...}]",
        "availableModels: [{id: small, ...}, {id: large, ...}]",
    ),
    Kind(
        "C023",
        _MINOR,
        "a model can do more, or its limits are higher",
        "Who relies on it has to be able to ask for a version that says so.",
        "capabilities: [text]",
        "capabilities: [text, vision]",
    ),
    Kind(
        "C024",
        _MINOR,
        "something is deprecated, or its deprecation changes",
        "Callers are to move on.",
        "id: create_invoice",
        "id: create_invoice\ndeprecated: {since: '2026-01-01', sunset: '2027-01-01'}",
    ),
    Kind(
        "C027",
        _MINOR,
        "a method can be called, or leads from a page to the next",
        "Who relies on it has to be able to ask for a version that does.",
        "http: {method: GET, path: /v1/invoices}",
        "http: {method: GET, path: /v1/invoices, pagination: {style: link}}",
    ),
    Kind(
        "C040",
        _PATCH,
        "a price changes, or is new",
        "Nothing that is called changes.",
        "input: 0.000003",
        "input: 0.000002",
    ),
    Kind(
        "C041",
        _PATCH,
        "a request is bound differently",
        "The inputs stay; how they travel is not the caller's concern.",
        "http: {method: GET, path: /v1/invoices}",
        "http: {method: GET, path: /v2/invoices}",
    ),
    Kind(
        "C042",
        _PATCH,
        "a text or something beside it changes",
        "Names, descriptions, examples, hints, metadata.",
        "description: Makes an invoice",
        "description: Makes an invoice, as a draft",
    ),
)

BY_CODE = {kind.code: kind for kind in KINDS}

RELEASES = {
    "C030": """A released file changed in meaning.

Services that pinned the version, and bundles that were built of it, would disagree about what it is. Comments and
formatting may change. Pre-releases promise nothing and may change. A catalog that was moved is compared with what stood
where it was.

Example: ``catalog/xero/1.0.0.yaml`` stands on the main branch, and a method gets a new input in it.

Instead, leave it as it is and put the change into a file of the next version: ``connectory bump ID`` makes one. Where
it has to change, as when it holds what must not be public, say so in connectory.toml:

    [[check.allow]]
    code = "C030"
    path = "catalog/xero/1.0.0.yaml"
    reason = "the example showed a real key"
""",
    "C031": """A released file disappeared.

Services that ask for the version find none, and its migrations are numbered anew.

Example: ``catalog/xero/1.0.0.yaml`` stands on the main branch, and is deleted or renamed.

Instead, keep it. A release that was deprecated with a sunset from the start may go when that has passed. Where another
has to go, say so in connectory.toml:

    [[check.allow]]
    code = "C031"
    path = "catalog/xero/1.0.0.yaml"
    reason = "released by mistake; nobody asks for it"
""",
    "C032": """Something is gone before its sunset, or is to go earlier than was promised.

A deprecation that names a sunset promises that what it is about stays until that day. Of several releases that name
one, the latest day counts: a later release can neither name an earlier one nor take the promise back by saying nothing.
A release that is not out yet cannot name a day that has come, so that nothing is deprecated and gone at once; that is
looked at where ``check`` knows what was released (see C030).

Example: a method says ``deprecated: {sunset: '2099-01-01'}``, and the next major version is without it, or says
``deprecated: {sunset: '2027-01-01'}``.

Instead, keep it until then. Where nobody relies on the promise, say so beside it:
``# connectory: allow C032 -- REASON``.
""",
}
"""The manuals of what is found about releases as such, by code."""


def table() -> str:
    """Every kind of change as a table of Markdown, what needs most first."""
    rows = ["| needs | code | change | before | after |", "|---|---|---|---|---|"]
    for kind in sorted(KINDS, key=lambda kind: -kind.bump):
        before, after = ("<br>".join(f"`{line}`" for line in text.splitlines()) for text in (kind.before, kind.after))
        rows.append(f"| {kind.bump} | {kind.code} | {kind.what} | {before} | {after} |")
    return "\n".join(rows) + "\n"
