"""Rows of the native dialect's table: results of aggregations."""

from gateway.dialects.im import endpoints_results as results
from gateway.dialects.im import requests, schemas
from gateway.dialects.im.documents import IF_MATCH, MADE, VERSIONED
from gateway.dialects.im.requests_results import NewResult, Result, Results
from gateway.dialects.rows import delete, get, post, put

_RESULT = "/aggregations/results/{aggregation_id}/{result_id}"

OPERATIONS = (
    get(
        "/aggregations/results",
        results.list_results,
        "List results",
        reply=schemas.ResultPage,
        query=Results,
    ),
    post(
        _RESULT,
        results.create_result,
        "Create an aggregation result",
        reply=schemas.AggregationResult,
        reply_headers=MADE,
        body=NewResult,
        query=requests.Write,
        success=201,
        headers=(IF_MATCH,),
        example='{"title": "Two of a kind", "severity": "high", "incident_ids": ["i1", "i2"]}',
    ),
    put(
        _RESULT,
        results.update_result,
        "Update an aggregation result",
        reply=schemas.ChangedResult,
        reply_headers=VERSIONED,
        body=Result,
        query=requests.SyncedWrite,
        headers=(IF_MATCH,),
        example='{"comment": "test comment", "reviewer": "test"}',
    ),
    delete(
        _RESULT,
        results.delete_result,
        "Delete a result",
        reply=schemas.DeletedResult,
        query=requests.Write,
        headers=(IF_MATCH,),
    ),
)
