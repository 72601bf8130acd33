# SPDX-License-Identifier: Apache-2.0
"""Where a project's archives are uploaded, as a Pulumi resource. The logic is in ``core.desired.archive_storage``."""

# Annotations are no strings here: else no TypedDict would know which of its keys are required.

from collections.abc import Mapping
from typing import Any, Literal, NoReturn, TypedDict, Unpack, overload

import pulumi

from ._args import Args, arguments_of
from ._dynamic import KindProvider
from ._resource import KindResource
from .core.desired.archive_storage.kind import ARCHIVE_STORAGE
from .project import Project


class ArchiveStorageProvider(KindProvider):
    """The class whose dotted path is in every state file that holds an archive storage: never rename or move it."""

    kind = ARCHIVE_STORAGE


ArchiveFallback = Literal["opentok", "none"]
ArchiveEncryption = Literal["s3", "none"]
ArchiveStorageOnDelete = Literal["delete", "retain"]


class TenantStorageArgsDict(TypedDict, total=False):
    """The arguments of an :class:`ArchiveStorage`, but for the project, which a tenant gives."""

    bucket: pulumi.Input[str] | None
    """The S3 bucket. S3 needs ``bucket``, ``access_key`` and ``secret_key``, Azure the three with ``azure_``."""
    access_key: pulumi.Input[str] | None
    """The access key ID of whoever may write to the bucket (``s3:PutObject``)."""
    secret_key: pulumi.Input[str] | None
    """The secret access key. Always encrypted in the state, even if it is given in clear."""
    endpoint: pulumi.Input[str] | None
    """The URL of an S3-compatible service, without user name and password. Default: Amazon S3."""
    sse: pulumi.Input[ArchiveEncryption] | None
    """``s3``: Amazon S3 encrypts at rest, with keys of its own. ``none``: it is not asked to."""
    azure_container: pulumi.Input[str] | None
    """The container of Azure Blob Storage."""
    azure_account: pulumi.Input[str] | None
    """The name of the storage account."""
    azure_key: pulumi.Input[str] | None
    """An access key of the storage account: 88 characters of base64. Always encrypted in the state."""
    azure_domain: pulumi.Input[str] | None
    """The domain of the service, when it is not the usual one."""
    fallback: pulumi.Input[ArchiveFallback] | None
    """What becomes of an archive that cannot be uploaded: ``opentok`` (default), it stays in OpenTok's cloud for 72 hours; ``none``, it is lost."""
    certificate: pulumi.Input[str] | None
    """An X.509 certificate in PEM, RSA of at most 2,048 bits: archives are encrypted for it. Without it they are not."""
    triggers: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None
    """Any texts. When one changes, the storage is set again: after someone set it elsewhere, which OpenTok cannot show."""
    verify: pulumi.Input[bool] | None
    """Writes and deletes a probe object before OpenTok is told of the storage; S3 alone, needs boto3. Default: false."""
    on_delete: pulumi.Input[ArchiveStorageOnDelete] | None
    """``delete`` (default) removes the storage from the project, ``retain`` leaves it set."""


class ArchiveStorageArgsDict(TenantStorageArgsDict, total=False):
    """An :class:`ArchiveStorageArgs` as a dict."""

    project: Project | pulumi.Input[str] | None
    """The :class:`Project` whose archives are uploaded, or a project's id. Default: the project whose pair (``api_key``) is in use."""


class ArchiveStorageArgs(Args, takes=ArchiveStorageArgsDict):
    """The arguments of an :class:`ArchiveStorage`."""

    def __init__(self, **arguments: Unpack[ArchiveStorageArgsDict]) -> None:
        super().__init__(arguments)


class ArchiveStorage(KindResource, provider=ArchiveStorageProvider):
    """Where OpenTok uploads the archives of a project: a bucket of Amazon S3 or of a compatible service, or an Azure container.

    ## Example Usage

    ```python
    import pulumi
    import pulumi_opentok as opentok

    config = pulumi.Config()
    acme = opentok.Project("acme", name="ACME GmbH")
    opentok.ArchiveStorage(
        "archives",
        project=acme,
        bucket="acme-archives",
        access_key=config.require("archiveAccessKey"),
        secret_key=config.require_secret("archiveSecretKey"),
    )
    ```

    ## What to know

    A project has one storage, and OpenTok shows none: what someone sets elsewhere is never noticed. ``triggers`` sets it again. Every change is
    made in place, new credentials included, and holds for archives that start from then on.
    """

    account_key: pulumi.Output[str | None]
    """The key of the account that the project belongs to. ``None`` with the project pair."""
    project: pulumi.Output[str]
    """The id of its project, which is its own id as well."""
    bucket: pulumi.Output[str | None]
    """The S3 bucket."""
    access_key: pulumi.Output[str | None]
    """The access key ID of whoever may write to the bucket."""
    secret_key: pulumi.Output[str | None]
    """A secret output."""
    endpoint: pulumi.Output[str | None]
    """The URL of an S3-compatible service. ``None``: Amazon S3."""
    sse: pulumi.Output[ArchiveEncryption | None]
    """``s3``: Amazon S3 encrypts at rest. ``none``: it is not asked to."""
    azure_container: pulumi.Output[str | None]
    """The container of Azure Blob Storage."""
    azure_account: pulumi.Output[str | None]
    """The name of the storage account."""
    azure_key: pulumi.Output[str | None]
    """A secret output."""
    azure_domain: pulumi.Output[str | None]
    """The domain of the service, when it is not the usual one."""
    fallback: pulumi.Output[ArchiveFallback]
    """What becomes of an archive that cannot be uploaded: ``opentok`` or ``none``."""
    certificate: pulumi.Output[str | None]
    """The X.509 certificate in PEM that archives are encrypted for."""
    set_at: pulumi.Output[str | None]
    """When it was last set from here, RFC 3339 in UTC."""
    triggers: pulumi.Output[Mapping[str, str] | None]
    """As declared: when one changes, the storage is set again."""
    verify: pulumi.Output[bool | None]
    """As declared: whether a probe object is written before OpenTok is told of the storage."""
    on_delete: pulumi.Output[ArchiveStorageOnDelete | None]
    """As declared: whether the end of the resource removes the storage from the project. ``None``: ``delete``."""

    @overload
    def __init__(self, resource_name: str, args: ArchiveStorageArgs | ArchiveStorageArgsDict, opts: pulumi.ResourceOptions | None = None) -> None: ...
    @overload
    def __init__(self, resource_name: str, opts: pulumi.ResourceOptions | None = None, **arguments: Unpack[ArchiveStorageArgsDict]) -> None: ...
    def __init__(self, resource_name: str, *args: Any, **keywords: Any) -> None:
        """
        :param str resource_name: The name of the resource.
        :param args: Its arguments: keywords, or one :class:`ArchiveStorageArgs` or dict. :class:`ArchiveStorageArgsDict` says what each means.
        :param opts: The options of the resource.
        """
        values, opts = arguments_of("ArchiveStorage", ArchiveStorageArgsDict, *args, **keywords)
        project = values.get("project")
        if isinstance(project, Project):
            values["project"] = project.key
        super().__init__(resource_name, values, opts)

    @classmethod
    def get(cls, resource_name: str, id: pulumi.Input[str], opts: pulumi.ResourceOptions | None = None) -> NoReturn:  # noqa: A002
        """Raises ``pulumi.RunError``, which says what to do instead: there is nothing to look up."""
        instead = "export what you need in the stack that declares it, and read that with a pulumi.StackReference"
        raise pulumi.RunError(f"ArchiveStorage.get({resource_name!r}): OpenTok shows no archive storage, so none can be looked up: {instead}")
