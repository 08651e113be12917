"""The console as browsers get it: its page and files, and the calls that begin and end a session."""
