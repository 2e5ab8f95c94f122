"""What vendors' own SDKs send: run by test_sdks.py, with the SDKs on the path, against a server that only listens.

Reads ``[vendor, method, input]`` as JSON lines, and writes what the SDK sent for each, or why it cannot be called.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

Call = Callable[[dict[str, Any]], Any]
SENT: list[dict[str, Any]] = []


class Listener(BaseHTTPRequestHandler):
    """Writes down what arrives; the answer is an empty object, which SDKs may complain about."""

    def _listen(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        note(self.command, self.path, dict(self.headers.items()), body)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _listen  # noqa: N815  # the names that http.server calls

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def note(method: str, target: str, headers: dict[str, str], body: bytes) -> None:
    SENT.append(
        {
            "method": method,
            "target": target,
            "headers": {name.lower(): value for name, value in headers.items()},
            "body": base64.b64encode(body).decode(),
        }
    )


def slack(address: str) -> dict[str, Call]:
    from slack_sdk import WebClient

    client = WebClient(token="KEY", base_url=f"{address}/api/")
    return {
        "post_message": lambda data: client.chat_postMessage(**data),
        "update_message": lambda data: client.chat_update(**data),
        "list_channels": lambda data: client.conversations_list(**data),
        "get_channel_history": lambda data: client.conversations_history(**data),
        "get_thread_replies": lambda data: client.conversations_replies(**data),
        "list_users": lambda data: client.users_list(**data),
        "get_user_by_email": lambda data: client.users_lookupByEmail(**data),
        "add_reaction": lambda data: client.reactions_add(**data),
    }


def stripe(address: str) -> dict[str, Call]:
    from stripe import StripeClient

    client = StripeClient("KEY", base_addresses={"api": address}, max_network_retries=0)
    v1 = client.v1

    def keyed(data: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        rest = dict(data)
        key = rest.pop("idempotency_key", None)
        return rest, {"idempotency_key": key} if key else {}

    def by(name: str, call: Callable[..., Any]) -> Call:
        def run(data: dict[str, Any]) -> Any:
            rest, options = keyed(data)
            return call(rest.pop(name), rest, options)

        return run

    return {
        "create_customer": lambda data: v1.customers.create(*keyed(data)),
        "get_customer": by("customer", v1.customers.retrieve),
        "list_customers": lambda data: v1.customers.list(*keyed(data)),
        "create_payment_intent": lambda data: v1.payment_intents.create(*keyed(data)),
        "get_payment_intent": by("intent", v1.payment_intents.retrieve),
        "confirm_payment_intent": by("intent", v1.payment_intents.confirm),
        "list_charges": lambda data: v1.charges.list(*keyed(data)),
        "create_refund": lambda data: v1.refunds.create(*keyed(data)),
    }


def notion(address: str) -> dict[str, Call]:
    from notion_client import Client

    client = Client(auth="KEY", base_url=address, notion_version="2026-03-11")
    return {
        "search": lambda data: client.search(**data),
        "retrieve_page": lambda data: client.pages.retrieve(**data),
        "create_page": lambda data: client.pages.create(**data),
        "update_page": lambda data: client.pages.update(**data),
        "query_data_source": lambda data: client.data_sources.query(**data),
        "retrieve_block_children": lambda data: client.blocks.children.list(**data),
        "append_block_children": lambda data: client.blocks.children.append(**data),
        "retrieve_user": lambda data: client.users.retrieve(**data),
    }


def openai(address: str) -> dict[str, Call]:
    from openai import OpenAI

    client = OpenAI(api_key="KEY", base_url=f"{address}/v1", max_retries=0)
    return {
        "create_response": lambda data: client.responses.create(**data),
        "get_response": lambda data: client.responses.retrieve(**data),
        "create_chat_completion": lambda data: client.chat.completions.create(**data),
        "create_embedding": lambda data: client.embeddings.create(**{"encoding_format": "float", **data}),
        "create_image": lambda data: client.images.generate(**data),
        "create_transcription": lambda data: client.audio.transcriptions.create(
            **{
                **{name: value for name, value in data.items() if name != "file_name"},
                "file": (data.get("file_name", "recording.mp3"), base64.b64decode(data["file"])),
            }
        ),
        "list_models": lambda data: client.models.list(**data),
        "get_model": lambda data: client.models.retrieve(**data),
    }


def anthropic(address: str) -> dict[str, Call]:
    from anthropic import Anthropic

    client = Anthropic(api_key="KEY", base_url=address, max_retries=0)
    batches = client.messages.batches
    return {
        "create_message": lambda data: client.messages.create(**data),
        "count_tokens": lambda data: client.messages.count_tokens(**data),
        "list_models": lambda data: client.models.list(**data),
        "get_model": lambda data: client.models.retrieve(**data),
        "create_message_batch": lambda data: batches.create(**data),
        "get_message_batch": lambda data: batches.retrieve(**data),
        "cancel_message_batch": lambda data: batches.cancel(**data),
    }


def github(address: str) -> dict[str, Call]:
    from github import Auth, Github

    client = Github(auth=Auth.Token("KEY"), base_url=address, retry=None, seconds_between_requests=0, per_page=10)

    def repository(data: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        rest = dict(data)
        return client.get_repo(f"{rest.pop('owner')}/{rest.pop('repo')}", lazy=True), rest

    def run(call: Callable[[Any, dict[str, Any]], Any]) -> Call:
        return lambda data: call(*repository(data))

    def found(data: dict[str, Any], call: Callable[..., Any]) -> Any:
        """Its lists are lazy, and page by themselves."""
        given = {name: value for name, value in data.items() if name not in ("per_page", "page")}
        if "labels" in given:
            given["labels"] = given["labels"].split(",")
        pages = call(**given)
        return pages.get_page(data.get("page", 1) - 1)

    def listed(method: str) -> Call:
        return run(lambda repo, rest: found(rest, getattr(repo, method)))

    def issue(data: dict[str, Any], method: str) -> Any:
        repo, rest = repository(data)
        return getattr(repo.get_issue(rest.pop("issue_number")), method)(**rest)

    return {
        "get_repository": lambda data: client.get_repo(f"{data['owner']}/{data['repo']}"),
        "list_issues": listed("get_issues"),
        "list_pull_requests": listed("get_pulls"),
        "search_repositories": lambda data: found(
            {"query": data["q"], **{name: value for name, value in data.items() if name != "q"}},
            client.search_repositories,
        ),
        "create_issue": run(lambda found, rest: found.create_issue(**rest)),
        "update_issue": lambda data: issue(data, "edit"),
        "create_issue_comment": lambda data: issue(data, "create_comment"),
        "get_file_contents": run(lambda found, rest: found.get_contents(**rest)),
    }


def google(name: str, version: str, calls: Callable[[Any], dict[str, Call]]) -> dict[str, Call]:
    """Google's client makes request objects; what they say is what it sends."""
    from google.auth.credentials import AnonymousCredentials
    from googleapiclient.discovery import build

    def noted(make: Call) -> Call:
        def run(data: dict[str, Any]) -> None:
            made = make({"userId": "me", **data} if name == "gmail" else data)
            body = made.body if isinstance(made.body, bytes) else (made.body or "").encode()
            note(made.method, made.uri.partition("googleapis.com")[2], dict(made.headers), body)

        return run

    service = build(name, version, credentials=AnonymousCredentials(), static_discovery=True)
    return {method: noted(make) for method, make in calls(service).items()}


def split(data: dict[str, Any], *names: str) -> dict[str, Any]:
    """Arguments of a method of Google's: those of these names, and the rest as the body."""
    return {name: data[name] for name in names if name in data} | {
        "body": {name: value for name, value in data.items() if name not in names}
    }


def gmail(address: str) -> dict[str, Call]:
    def calls(service: Any) -> dict[str, Call]:
        users = service.users()
        messages = users.messages()
        return {
            "send_message": lambda data: messages.send(**split(data, "userId")),
            "list_messages": lambda data: messages.list(**data),
            "get_message": lambda data: messages.get(**data),
            "modify_message": lambda data: messages.modify(**split(data, "userId", "id")),
            "trash_message": lambda data: messages.trash(**data),
            "list_labels": lambda data: users.labels().list(**data),
            "create_draft": lambda data: users.drafts().create(**split(data, "userId")),
            "get_attachment": lambda data: messages.attachments().get(**data),
        }

    return google("gmail", "v1", calls)


def google_drive(address: str) -> dict[str, Call]:
    flags = ("fileId", "fields", "supportsAllDrives", "addParents", "removeParents", "ignoreDefaultVisibility")
    mail = ("sendNotificationEmail", "emailMessage", "transferOwnership")

    def calls(service: Any) -> dict[str, Call]:
        files, permissions = service.files(), service.permissions()
        return {
            "list_files": lambda data: files.list(**data),
            "get_file": lambda data: files.get(**data),
            "create_file": lambda data: files.create(**split(data, *flags)),
            "copy_file": lambda data: files.copy(**split(data, *flags)),
            "update_file": lambda data: files.update(**split(data, *flags)),
            "delete_file": lambda data: files.delete(**data),
            "list_permissions": lambda data: permissions.list(**data),
            "create_permission": lambda data: permissions.create(**split(data, *flags, *mail)),
        }

    return google("drive", "v3", calls)


def xero(address: str) -> dict[str, Call]:
    from xero_python.accounting import AccountingApi
    from xero_python.api_client import ApiClient
    from xero_python.api_client.configuration import Configuration
    from xero_python.api_client.oauth2 import OAuth2Token

    token = OAuth2Token(client_id="ID", client_secret="SECRET")
    kept: dict[str, Any] = {"access_token": "KEY", "expires_in": 1800, "expires_at": 4e9, "token_type": "Bearer"}
    kept["scope"] = ["accounting.transactions"]
    client = ApiClient(
        Configuration(oauth2_token=token), oauth2_token_getter=lambda: kept, oauth2_token_saver=lambda new: None
    )
    api = AccountingApi(client)
    api.base_url = f"{address}/api.xro/2.0"

    def many(name: str, call: Callable[..., Any]) -> Call:
        def run(data: dict[str, Any]) -> Any:
            rest = dict(data)
            tenant, key = rest.pop("xero_tenant_id"), rest.pop("idempotency_key", None)
            return call(tenant, {name: [rest]}, idempotency_key=key)

        return run

    def listed(call: Callable[..., Any], **names: str) -> Call:
        def run(data: dict[str, Any]) -> Any:
            given = {name: value.split(",") if name in ("Statuses", "IDs") else value for name, value in data.items()}
            return call(**{names.get(name, name): value for name, value in given.items()})

        return run

    return {
        "create_invoice": many("Invoices", api.create_invoices),
        "get_invoice": listed(api.get_invoice, InvoiceID="invoice_id"),
        "list_invoices": listed(
            api.get_invoices, Statuses="statuses", pageSize="page_size", summaryOnly="summary_only", IDs="i_ds"
        ),
        "create_contact": many("Contacts", api.create_contacts),
        "list_contacts": listed(
            api.get_contacts, pageSize="page_size", summaryOnly="summary_only", searchTerm="search_term"
        ),
        "create_payment": many("Payments", api.create_payments),
        "list_accounts": listed(api.get_accounts),
    }


VENDORS: dict[str, Callable[[str], dict[str, Call]]] = {
    each.__name__: each for each in (slack, stripe, notion, openai, anthropic, github, gmail, google_drive, xero)
}


def main() -> None:
    server = HTTPServer(("127.0.0.1", 0), Listener)
    Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_address[1]}"
    vendors: dict[str, dict[str, Call]] = {}
    for line in sys.stdin:
        vendor, method, data = json.loads(line)
        SENT.clear()
        why = ""
        try:
            if vendor not in vendors:
                vendors[vendor] = VENDORS[vendor](address)
            vendors[vendor][method](data)
        except Exception as error:  # many complain about the empty answer
            why = f"{type(error).__name__}: {error}"[:300]
        sys.stdout.write(json.dumps({"sent": SENT[:1], "why": why}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
