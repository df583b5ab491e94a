"""The Web API methods: what each does, and the error for what it cannot do."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.localslack.server import SlackServer
from bot.localslack.world import BOT_USER

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x03\x20\x00\x00\x01\x90\x08\x06"


def error_of(web: WebClient, method: str, **arguments: Any) -> str:
    with pytest.raises(SlackApiError) as refused:
        web.api_call(method, json=arguments)
    return str(refused.value.response["error"])


def test_a_persons_id_opens_their_direct_message(web: WebClient, slack: SlackServer) -> None:
    posted = web.chat_postMessage(channel="U2", text="hello")
    assert posted["channel"] == "D2"
    assert web.conversations_open(users="U2")["channel"]["id"] == "D2"
    assert slack.dm("U2").user == "U2"
    assert [message["text"] for message in slack.by_bot("D2")] == ["hello"]
    assert web.chat_update(channel="D2", ts=posted["ts"], text="bye")["text"] == "bye"


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("chat.postMessage", {"channel": "U9", "text": "x"}, "channel_not_found"),
        ("chat.postMessage", {"channel": "C9", "text": "x"}, "channel_not_found"),
        ("chat.postMessage", {"channel": "C1", "text": "x", "thread_ts": "1.1"}, "thread_not_found"),
        ("chat.update", {"channel": "U1", "ts": "1.1", "text": "x"}, "channel_not_found"),
        ("chat.update", {"channel": "C1", "ts": "1.1", "text": "x"}, "message_not_found"),
        ("chat.delete", {"channel": "C1", "ts": "1.1"}, "message_not_found"),
        ("chat.postEphemeral", {"channel": "C1", "user": "U9", "text": "x"}, "user_not_in_channel"),
        ("conversations.open", {"users": "U9"}, "user_not_found"),
        ("conversations.open", {}, "users_list_not_supplied"),
        ("conversations.info", {"channel": "C9"}, "channel_not_found"),
        ("conversations.history", {"channel": "C1", "limit": "5000"}, "invalid_limit"),
        ("conversations.history", {"channel": "C1", "cursor": "x"}, "invalid_cursor"),
        ("users.info", {"user": "U9"}, "user_not_found"),
        ("usergroups.users.list", {"usergroup": "S9"}, "no_such_subteam"),
        ("reactions.add", {"channel": "C1", "timestamp": "1.1", "name": "eyes"}, "message_not_found"),
        ("files.completeUploadExternal", {"files": [{"id": "F9"}]}, "file_not_found"),
        ("files.completeUploadExternal", {"files": [1]}, "invalid_arguments"),
        ("magic.trick", {}, "unknown_method"),
    ],
)
def test_what_is_not_there(web: WebClient, method: str, arguments: dict[str, Any], error: str) -> None:
    assert error_of(web, method, **arguments) == error


@pytest.mark.parametrize(
    ("method", "arguments", "scope"),
    [
        ("users.info", {"user": "U1"}, "users:read"),
        ("usergroups.list", {}, "usergroups:read"),
        ("conversations.open", {"users": "U1"}, "im:write"),
        ("conversations.info", {"channel": "C1"}, "channels:read"),
        ("reactions.add", {"channel": "C1", "timestamp": "1.1", "name": "eyes"}, "reactions:write"),
        ("chat.unfurl", {"channel": "C1", "ts": "1.1", "unfurls": {}}, "links:write"),
    ],
)
def test_a_scope_is_needed(
    web: WebClient, slack: SlackServer, method: str, arguments: dict[str, Any], scope: str
) -> None:
    slack.scopes = slack.scopes - {scope}
    with pytest.raises(SlackApiError) as refused:
        web.api_call(method, json=arguments)
    assert (refused.value.response["error"], refused.value.response["needed"]) == ("missing_scope", scope)


def test_a_bot_that_is_not_in_the_channel(web: WebClient, slack: SlackServer) -> None:
    slack.channel("C1").has_bot = False
    assert error_of(web, "chat.postMessage", channel="C1", text="x") == "not_in_channel"
    slack.channel("C1").archived = True
    assert error_of(web, "chat.postMessage", channel="C1", text="x") == "is_archived"


def test_people_channels_and_groups_have_names(web: WebClient) -> None:
    user = web.users_info(user="U1")["user"]
    assert (user["profile"]["real_name"], user["profile"]["title"]) == ("Robin Doe", "Developer")
    channel = web.conversations_info(channel="C1")["channel"]
    assert (channel["name"], channel["is_member"], channel["is_im"]) == ("coverage", True, False)
    web.conversations_open(users="U1")
    listed = web.conversations_list(types="public_channel,im")["channels"]
    assert [(each["id"], each["is_im"]) for each in listed] == [("C1", False), ("D1", True)]
    assert [each["handle"] for each in web.usergroups_list()["usergroups"]] == ["coverage"]
    assert web.usergroups_users_list(usergroup="S1")["users"] == ["U1", "U2"]


def test_an_ephemeral_message_is_kept_for_one_person(web: WebClient, slack: SlackServer) -> None:
    told = web.chat_postEphemeral(channel="C1", user="U1", text="psst")
    whisper = slack.whispered(told["message_ts"], "U1")
    assert whisper is not None
    assert (whisper["channel"], whisper["only_for"], whisper["ephemeral"]) == ("C1", "U1", True)
    assert slack.whispered(told["message_ts"], "U2") is None
    assert web.conversations_history(channel="C1")["messages"] == []


def test_a_thread_is_counted_at_its_first_message(web: WebClient, slack: SlackServer) -> None:
    first = slack.say("C1", "why?", "U1")
    for text in ("one", "two"):
        web.chat_postMessage(channel="C1", text=text, thread_ts=first["ts"])
    slack.say("C1", "three", "U2", first["ts"])
    (shown,) = web.conversations_history(channel="C1")["messages"]
    assert (shown["reply_count"], shown["reply_users"]) == (3, [BOT_USER, "U2"])
    assert len(web.conversations_replies(channel="C1", ts=first["ts"])["messages"]) == 4


def test_history_comes_in_pages_and_from_a_time_on(web: WebClient, slack: SlackServer) -> None:
    said = [slack.say("C1", str(number), "U1") for number in range(5)]
    page = web.conversations_history(channel="C1", limit=2)
    cursor = page["response_metadata"]["next_cursor"]
    rest = web.conversations_history(channel="C1", limit=10, cursor=cursor)
    assert [m["text"] for m in (*page["messages"], *rest["messages"])] == ["4", "3", "2", "1", "0"]
    newer = web.conversations_history(channel="C1", oldest=said[2]["ts"])["messages"]
    assert [m["text"] for m in newer] == ["4", "3"]
    assert len(web.conversations_history(channel="C1", oldest=said[2]["ts"], inclusive=True)["messages"]) == 3


def test_messages_are_deleted_and_a_thread_leaves_a_tombstone(web: WebClient, slack: SlackServer) -> None:
    alone = web.chat_postMessage(channel="C1", text="alone")
    thread = web.chat_postMessage(channel="C1", text="thread")
    web.chat_postMessage(channel="C1", text="reply", thread_ts=thread["ts"])
    web.chat_delete(channel="C1", ts=alone["ts"])
    web.chat_delete(channel="C1", ts=thread["ts"])
    texts = [(m.get("subtype"), m["text"]) for m in slack.channel("C1").messages]
    assert texts == [("tombstone", "This message was deleted."), (None, "reply")]
    said = slack.say("C1", "mine", "U1")
    assert error_of(web, "chat.delete", channel="C1", ts=said["ts"]) == "cant_delete_message"
    assert error_of(web, "chat.update", channel="C1", ts=said["ts"], text="x") == "cant_update_message"


def test_a_reaction_is_given_once(web: WebClient, slack: SlackServer) -> None:
    said = slack.say("C1", "hello", "U1")
    web.reactions_add(channel="C1", timestamp=said["ts"], name="eyes")
    assert slack.channel("C1").messages[0]["reactions"] == [{"name": "eyes", "users": [BOT_USER], "count": 1}]
    again = {"channel": "C1", "timestamp": said["ts"]}
    assert error_of(web, "reactions.add", **again, name="eyes") == "already_reacted"
    assert error_of(web, "reactions.add", **again, name="<x>") == "invalid_name"


def test_a_permalink_leads_into_the_thread(web: WebClient, slack: SlackServer) -> None:
    slack.site = "http://here"
    first = slack.say("C1", "a", "U1")
    reply = slack.say("C1", "b", "U1", first["ts"])
    link = web.chat_getPermalink(channel="C1", message_ts=reply["ts"])["permalink"]
    place = f"http://here/archives/C1/p{reply['ts'].replace('.', '')}"
    assert link == f"{place}?thread_ts={first['ts']}&cid=C1"


def test_a_link_is_unfurled_where_it_stands_and_belongs_to_the_app(
    web: WebClient, slack: SlackServer
) -> None:
    url = "https://api.github.example/acme/shop"
    said = slack.say("C1", f"look: <{url}>, and <https://else.example/x|this>", "U1")
    here = {"channel": "C1", "ts": said["ts"]}
    blocks = {"blocks": [{"type": "divider"}]}
    web.chat_unfurl(**here, unfurls={url: blocks})  # type: ignore[dict-item]
    (shown,) = slack.channel("C1").messages[0]["attachments"]
    assert (shown["from_url"], shown["blocks"][0]["type"]) == (url, "divider")
    for unfurls, error in (
        ({"https://else.example/x": blocks}, "cannot_unfurl_url"),
        ({"https://github.example/other": blocks}, "cannot_unfurl_message"),
        ({url: {"blocks": [{"type": "magic"}]}}, "invalid_blocks"),
        ({url: "x"}, "invalid_unfurls_format"),
        ({}, "missing_unfurls"),
    ):
        assert error_of(web, "chat.unfurl", **here, unfurls=unfurls) == error
    assert error_of(web, "chat.unfurl", channel="C1", ts="1.1", unfurls={}) == "cannot_find_message"
    assert error_of(web, "chat.unfurl", channel="C9", ts="1.1", unfurls={}) == "cannot_find_channel"


def test_a_picture_is_uploaded_with_its_alt_text_and_downloaded(web: WebClient, slack: SlackServer) -> None:
    web.files_upload_v2(channel="C1", filename="chart.png", file=PNG, title="Trend", alt_txt="It rises.")
    (file,) = slack.by_bot("C1")[0]["files"]
    assert (file["mimetype"], file["title"], file["alt_txt"]) == ("image/png", "Trend", "It rises.")
    assert (file["original_w"], file["original_h"], file["size"]) == (800, 400, len(PNG))
    assert slack.shared[file["id"]].content == PNG
    assert web.files_info(file=file["id"])["file"]["name"] == "chart.png"
    assert error_of(web, "files.info", file="F9") == "file_not_found"


def test_an_upload_of_another_length_is_not_taken(web: WebClient, slack: SlackServer) -> None:
    given = web.files_getUploadURLExternal(filename="a.txt", length=3)
    assert not slack.uploaded(given["file_id"], b"four")
    assert error_of(web, "files.completeUploadExternal", files=[{"id": given["file_id"]}]) == "file_not_found"
    long = {"filename": "a.png", "length": 3, "alt_txt": "x" * 1_001}
    assert error_of(web, "files.getUploadURLExternal", **long) == "alt_txt_too_large"


def test_time_stamps_come_from_the_clock_and_only_grow(slack: SlackServer) -> None:
    stamps = [float(slack.new_ts()) for _ in range(1_000)]
    assert stamps == sorted(set(stamps))
    assert stamps[0] > 1_790_000_000
