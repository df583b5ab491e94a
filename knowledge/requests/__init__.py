"""Reading a help request: `read_request` and the types it gives."""

from knowledge.requests.model import (
    Claim,
    Dated,
    HelpRequest,
    KeyFile,
    LinkRef,
    Mention,
    Option,
    Party,
    Question,
    Span,
    Stated,
    Subject,
    Suspect,
    SymptomReport,
)
from knowledge.requests.read import read_request

__all__ = [
    "Claim",
    "Dated",
    "HelpRequest",
    "KeyFile",
    "LinkRef",
    "Mention",
    "Option",
    "Party",
    "Question",
    "Span",
    "Stated",
    "Subject",
    "Suspect",
    "SymptomReport",
    "read_request",
]
