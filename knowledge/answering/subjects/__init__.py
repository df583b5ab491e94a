"""What each subject of a claim is held against: one holder a subject, found by walking this package."""
