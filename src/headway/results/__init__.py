"""Where rows are kept: spooled to disk as Arrow, read back by page, written out as files."""
