"""Go builds, and the files of tools that run them."""
