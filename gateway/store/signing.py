"""Requests signed for an OpenSearch that AWS runs, by opensearch-py's own signer; needs the extra `aws`."""

from botocore.session import Session
from opensearchpy.helpers.signer import AWSV4Signer

from gateway.store.exchange import Signer


def aws_signer(region: str, service: str = "es") -> Signer:
    """Signs with the credentials that botocore finds: of the environment, a profile, or the machine's role.

    Raises ValueError where there are none.
    """
    return AWSV4Signer(Session().get_credentials(), region, service).sign
