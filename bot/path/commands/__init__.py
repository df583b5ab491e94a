"""From a command line to the events it stands for."""
