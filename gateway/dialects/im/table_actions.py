"""Rows of the native dialect's table: what is done to one incident."""

from gateway.dialects.im import endpoints_actions as actions
from gateway.dialects.im import requests, requests_actions, requests_events, schemas
from gateway.dialects.im import schemas_events as events
from gateway.dialects.im.documents import IF_MATCH, MADE, VERSIONED
from gateway.dialects.rows import delete, post, put

_INCIDENT = "/incidents/{id}"
_NOTE = f"{_INCIDENT}/notes/{{note}}"

OPERATIONS = (
    post(
        f"{_INCIDENT}/acknowledge",
        actions.acknowledge,
        "Acknowledge an incident",
        reply=schemas.Incident,
        reply_headers=VERSIONED,
        body=requests.Strict,
        query=requests.Write,
        headers=(IF_MATCH,),
        example="{}",
    ),
    post(
        f"{_INCIDENT}/assign",
        actions.assign,
        "Assign an incident",
        reply=schemas.Incident,
        reply_headers=VERSIONED,
        body=requests_actions.Assignment,
        query=requests.Write,
        headers=(IF_MATCH,),
        example='{"assignee": "bob", "comment": "on shift"}',
    ),
    post(
        f"{_INCIDENT}/snooze",
        actions.snooze,
        "Snooze an incident",
        reply=schemas.Incident,
        reply_headers=VERSIONED,
        body=requests_actions.Snooze,
        query=requests.Write,
        headers=(IF_MATCH,),
        example='{"until": "now+4h"}',
    ),
    post(
        f"{_INCIDENT}/unsnooze",
        actions.unsnooze,
        "End a snooze",
        reply=schemas.Incident,
        reply_headers=VERSIONED,
        body=requests.Strict,
        query=requests.Write,
        headers=(IF_MATCH,),
        example="{}",
    ),
    post(
        f"{_INCIDENT}/merge",
        actions.merge,
        "Merge incidents into this one",
        reply=schemas.Incident,
        reply_headers=VERSIONED,
        body=requests_actions.Merge,
        query=requests.Write,
        example='{"sources": ["i2"], "comment": "the same campaign"}',
    ),
    post(
        f"{_INCIDENT}/split",
        actions.split,
        "Split alerts off into a new incident",
        reply=schemas.Incident,
        reply_headers=MADE,
        body=requests_actions.Split,
        query=requests.Write,
        success=201,
        example='{"alerts": ["a1"], "comment": "another host"}',
    ),
    put(
        _NOTE,
        actions.change_note,
        "Change a note",
        reply=events.KeptNote,
        body=requests_events.Note,
        query=requests.Write,
        example='{"body": "called the owner, who knew of it"}',
    ),
    delete(_NOTE, actions.delete_note, "Delete a note", reply=events.DeletedNote, query=requests.Write),
)
