"""AWS's query protocol, and EC2's: what is sent is what botocore sends."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from bundles import open_bundle
from connectory.importers.importing import import_source
from connectory.importers.tally import Tally

FILTERS = [{"Name": "tag:a", "Values": ["b", "c"]}, {"Name": "state", "Values": []}]
CALLS: list[tuple[str, str, dict[str, Any]]] = [
    ("sns", "CreateTopic", {"Name": "a", "Tags": [{"Key": "k", "Value": "é &"}], "Attributes": {"x": "1", "y": "2"}}),
    ("sns", "CreateTopic", {"Name": "a", "Tags": []}),
    (
        "sns",
        "Publish",
        {
            "Message": "m",
            "MessageAttributes": {"n": {"DataType": "Binary", "BinaryValue": "aGk="}, "o": {"DataType": "S"}},
        },
    ),
    ("iam", "CreateRole", {"RoleName": "r", "AssumeRolePolicyDocument": "{}", "MaxSessionDuration": 3600}),
    (
        "iam",
        "SimulateCustomPolicy",
        {
            "PolicyInputList": ["a"],
            "ActionNames": ["s3:Get", "s3:Put"],
            "ContextEntries": [{"ContextKeyValues": ["d"]}],
        },
    ),
    ("rds", "DescribeDBInstances", {"Filters": FILTERS, "MaxRecords": 20}),
    (
        "rds",
        "ModifyDBInstance",
        {"DBInstanceIdentifier": "d", "VpcSecurityGroupIds": ["sg-1", "sg-2"], "ApplyImmediately": True},
    ),
    ("autoscaling", "CreateOrUpdateTags", {"Tags": [{"ResourceId": "a", "Key": "b", "PropagateAtLaunch": False}]}),
    (
        "cloudformation",
        "CreateStack",
        {
            "StackName": "s",
            "Parameters": [{"ParameterKey": "k", "ParameterValue": "v"}],
            "Capabilities": ["CAPABILITY_IAM"],
        },
    ),
    (
        "sdb",
        "PutAttributes",
        {"DomainName": "d", "ItemName": "i", "Attributes": [{"Name": "n", "Value": "v", "Replace": True}]},
    ),
    ("ec2", "DescribeInstances", {"Filters": FILTERS, "InstanceIds": ["i-1", "i-2"]}),
    (
        "ec2",
        "RunInstances",
        {
            "ImageId": "ami",
            "MinCount": 1,
            "MaxCount": 2,
            "BlockDeviceMappings": [{"DeviceName": "/dev/a", "Ebs": {"VolumeSize": 8, "Encrypted": True}}],
            "TagSpecifications": [{"ResourceType": "instance", "Tags": [{"Key": "k", "Value": "v"}]}],
        },
    ),
]


def in_words_of_the_wire(value: Any, shape: Any, protocol: str) -> Any:
    """An input of botocore as the definition's: members are called as on the wire there."""
    if shape.type_name == "structure":
        return {
            _wire(name, shape.members[name], protocol): in_words_of_the_wire(one, shape.members[name], protocol)
            for name, one in value.items()
        }
    if shape.type_name == "list":
        return [in_words_of_the_wire(one, shape.member, protocol) for one in value]
    return (
        {key: in_words_of_the_wire(one, shape.value, protocol) for key, one in value.items()}
        if shape.type_name == "map"
        else value
    )


def _wire(name: str, member: Any, protocol: str) -> str:
    said = member.serialization
    if protocol == "ec2":
        return str(said.get("queryName") or (said["name"][0].upper() + said["name"][1:] if "name" in said else name))
    return str(said.get("name", name))


@pytest.mark.parametrize(("service", "operation", "data"), CALLS, ids=[f"{one[0]}.{one[1]}" for one in CALLS])
def test_what_is_sent_is_what_botocore_sends(
    service: str, operation: str, data: dict[str, Any], tmp_path: Path
) -> None:
    import botocore.loaders
    import botocore.model
    import botocore.serialize

    made = import_source("botocore", service, Tally(), id_="acme", select=[operation])
    integration = open_bundle(tmp_path, made.definition).integration("acme")
    (called,) = integration.methods.values()
    model = botocore.model.ServiceModel(botocore.loaders.Loader().load_service_model(service, "service-2"))
    said = model.operation_model(operation)
    given = _decoded(data, said.input_shape)
    theirs = botocore.serialize.create_serializer(model.protocol).serialize_to_request(given, said)
    wanted = {name: str(value) for name, value in theirs["body"].items()}
    request = called.request(
        in_words_of_the_wire(data, said.input_shape, model.protocol),
        {"accessKeyId": "A", "secretAccessKey": "S"},
        dict.fromkeys(integration.config_schema.get("required", ()), "eu-west-1"),
    )
    assert request.body is not None
    assert dict(parse_qsl(request.body.decode(), True)) == wanted


def _decoded(value: Any, shape: Any) -> Any:
    """An input as botocore takes it: bytes are bytes."""
    if shape.type_name == "structure":
        return {name: _decoded(one, shape.members[name]) for name, one in value.items()}
    if shape.type_name == "list":
        return [_decoded(one, shape.member) for one in value]
    if shape.type_name == "map":
        return {key: _decoded(one, shape.value) for key, one in value.items()}
    return base64.b64decode(value) if shape.type_name == "blob" else value
