"""What questions are about, one file a topic: facts of the asked service, told with their lines.

A topic is a module `<id with underscores>.py` with one function of that name under `@topic`; its id is one of
`knowledge.requests.topics.TOPICS`. It gets an Ask and yields Statements, and Missings for what it could not
tell. A new topic is one file.
"""
