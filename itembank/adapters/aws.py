"""How the S3 store and the KMS vault reach their service: boto3, credentials out of one file, our errors.

boto3 is imported when a client is made: a seat that has none does not wait for it.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from itembank.ports import LineError, StoreError
from keys.keyfile import read_private

if TYPE_CHECKING:
    from boto3 import Session
    from botocore.loaders import Loader

CONNECT_SECONDS, ANSWER_SECONDS, ATTEMPTS = 3, 20, 3

_AWAY = {"ThrottlingException", "SlowDown", "DependencyTimeoutException", "KeyUnavailableException", "RequestTimeout"}


def session(credentials: Path, region: str) -> Session:
    """A session under the `[default]` of a shared credentials file: no other file, no credentials of the environment.

    Raises RefusedError when others may read the file, StoreError when there is no key in it.
    """
    import boto3
    import botocore.session
    from botocore.config import Config
    from botocore.credentials import CredentialResolver, SharedCredentialProvider
    from botocore.exceptions import BotoCoreError

    # At DEBUG it logs whole requests, those with a data key too.
    logging.getLogger("botocore").setLevel(logging.INFO)
    read_private(credentials)
    core = botocore.session.Session(profile="default")
    core.register_component("data_loader", _descriptions())
    core.set_config_variable("config_file", os.devnull)
    core.set_config_variable("credentials_file", str(credentials))
    core.set_config_variable("ignore_configured_endpoint_urls", True)
    core.register_component("credential_provider", CredentialResolver([SharedCredentialProvider(str(credentials))]))
    core.set_default_client_config(
        Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=ANSWER_SECONDS,
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        )
    )
    try:
        found = core.get_credentials()
    except BotoCoreError as error:
        raise StoreError("aws.credentials", name=credentials.name) from error
    if found is None:
        raise StoreError("aws.credentials", name=credentials.name)
    return boto3.Session(botocore_session=core, region_name=region)


@cache
def _descriptions() -> Loader:
    """What boto3 knows of the services, read from its files once."""
    from botocore.loaders import create_loader

    return create_loader()


@contextmanager
def asking(service: str) -> Iterator[None]:
    """Around a request. Raises StoreError with the service's reason when it refuses, LineError when it does not answer."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        reason = error.response["Error"]["Code"]
        if reason in _AWAY or error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500:
            raise LineError("aws.away", service=service, reason=reason) from error
        raise StoreError("aws.denied", service=service, reason=reason) from error
    except (BotoCoreError, KeyError) as error:
        # KeyError: cut off within its head, an answer looks whole to boto3, and lacks what must be there.
        raise LineError("aws.away", service=service, reason=type(error).__name__) from error
