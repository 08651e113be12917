"""The service's verbs over HTTP, for programs that are plain processes (the command line is one)."""
