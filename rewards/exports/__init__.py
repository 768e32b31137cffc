"""Lists of this app as files."""
