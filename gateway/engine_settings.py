"""What can be set of the way to the engine."""

from pydantic import BaseModel, Field

from gateway.setting_types import File


class EngineSettings(BaseModel):
    """What can be set of the way to the engine."""

    opensearch_url: str = Field(
        "http://127.0.0.1:9200",
        description="where OpenSearch answers; hosts comma-separated; may carry user:password@",
    )
    opensearch_ca: File | None = Field(None, description="certificate authority of an https OpenSearch")
    opensearch_certificate: File | None = Field(
        None, description="client certificate that an https OpenSearch is shown"
    )
    opensearch_key: File | None = Field(None, description="its key (PEM), without a password")
    opensearch_user: File | None = Field(None, description="file with the user, for addresses that carry none")
    opensearch_password: File | None = Field(None, description="file with the user's password")
    opensearch_aws_region: str | None = Field(
        None, description="region whose AWS signature requests carry; extra `aws`"
    )
    opensearch_timeout: float = Field(10, gt=0, le=300, description="seconds that one engine call may take")
    opensearch_requests: int = Field(64, ge=1, le=1000, description="engine calls in flight from one process")
    opensearch_bytes: int = Field(
        64 * 2**20,
        ge=2**20,
        description="bytes of documents between a process and the engine at once",
    )
